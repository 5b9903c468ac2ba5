"""What each kind of letter says, looked up at the moment of sending: a module for each group of kinds."""
