from dataclasses import replace
from eval.baselines.reading import Reading
from eval.baselines.names import names
from eval.baselines.actors import actors_of
from eval.baselines.locations import locations_of
from eval.baselines.tolls import tolls_of
from eval.baselines.quotes import indirect_of
def rules(d):
    r=Reading(d.text); n=names(r); t=tolls_of(r)
    return replace(d,spans=tuple(sorted([*r.quotes,*actors_of(r,n,t),*locations_of(r,n),*t,*indirect_of(r)])))
def relate_given(d): return d
