"""Where addresses come from; each spider only says that, `FrontierSpider` does the rest."""
