def read_re3d(p): yield from ()
