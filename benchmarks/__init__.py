"""How fast is it, against what the machine can do? Every figure that the README quotes, as ratios of one run."""
