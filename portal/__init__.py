"""The portal: what people and programs of one institution see of its node."""
