"""What organisers may set."""

GOAL_MAX = 10_000_000  # votes; more than there are young people in the country
