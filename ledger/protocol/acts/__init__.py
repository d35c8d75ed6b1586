"""The acts that proposals carry, one file per family; AnyAct is the closed list."""

from ledger.protocol.acts.amend import Amend
from ledger.protocol.acts.burn import Decrease, Withdraw
from ledger.protocol.acts.increase import Increase
from ledger.protocol.acts.membership import Admit, Suspend
from ledger.protocol.acts.register import Register

AnyAct = Register | Increase | Decrease | Withdraw | Admit | Suspend | Amend
