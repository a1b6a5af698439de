"""Networks that read and write in order: what came before is an input of what comes next."""
