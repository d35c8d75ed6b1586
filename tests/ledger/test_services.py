"""x"""
def test_x(town):
    coins = town.register({"ann": 100, "bob": 200})
    town.submit(town.pay("ann", "bob", 30))
    assert town.total("ann") == 70
