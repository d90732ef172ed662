def read_polnear(p,s): yield from ()
