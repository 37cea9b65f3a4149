"""The words that decide where a sentence ends: data for `segment`, written as plain strings.

An abbreviation stands here without its last stop; the stops inside it stay ("e.g", "b.i.d").
Everything is in lower case, except for the titles, which count only as they are written.
"""

from __future__ import annotations

#: Before a name; they end a sentence only after one of `OWNERS` ("ask your Dr. If it hurts …").
TITLES = frozenset(
    """
    Dr DR dr Drs Mr MR mr Mrs MRS mrs Ms MS ms Mx Messrs Mme Mlle Prof Profs prof Rev Revd Hon Fr
    Gen Col Maj Capt Lt Cmdr Sgt Cpl Pvt Gov Sen Rep Supt Ret
    """.split()
)

OWNERS = frozenset("a my our your his her their the".split())

#: Always followed by the rest of the sentence.
OPEN = frozenset(
    """
    e.g eg i.e ie cf viz vs v.s n.b a.k.a w.r.t approx appr circa incl excl esp resp betw
    edn eds transl suppl subsp vit tel
    """.split()
)

#: Followed by a number or a letter; before anything else a word like others ("No. It is not.").
NUMBERED = frozenset(
    """
    no nos nr p pp pg n ca fig figs eq eqs ref refs tbl vol vols ch chap sec sect para art ver
    """.split()
)

#: They end a sentence before any capital that is none of `CONTINUATIONS`, but before no number.
LOOSE = frozenset(
    """
    etc a.m p.m
    mg mcg µg μg g kg ml dl mmol iu meq cm mm ft lb lbs oz tsp tbsp
    sec secs min mins hr hrs wk wks mo mos yr yrs
    i.v i.m s.c p.o p.r p.r.n b.i.d t.i.d q.i.d q.d q.h.s h.s a.c p.c prn stat inj cap caps tab
    tabs max avg temp ext bldg apt spp sp dx rx tx hx pt pts appt appts
    """.split()
)

#: What goes on after `LOOSE` with a capital: "9 a.m. Monday", "5 p.m. Eastern".
CONTINUATIONS = frozenset(
    """
    monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays
    fridays saturdays sundays mon tue tues wed thu thur thurs fri sat sun
    est edt et cst cdt ct mst mdt mt pst pdt pt gmt utc bst cet cest aest aedt
    eastern central mountain pacific atlantic
    january february march april june july august september october november december
    """.split()
)

#: They often stand before a capital that goes on with the sentence, so only `STARTERS` and figures
#: end it.
NAMED = frozenset(
    """
    u.s u.k u.n e.u u.s.a d.c inc ltd corp co cos llc plc pty bros assn assoc dept univ inst hosp
    jr sr esq ibid
    ph.d m.d d.o r.n n.p n.d d.d.s d.m.d m.p.h m.sc b.sc d.phil m.phil pharm.d psy.d ed.d sc.d dr.ph
    r.ph l.ac
    """.split()
)

#: As `NAMED`, but only with a capital, since they are words like others without.
NAMES = frozenset(
    """
    st ste ave av blvd rd ln sq hwy pkwy mt ft pt
    jan feb mar apr jun jul aug sep sept oct nov dec
    mon tue tues wed thu thur thurs fri sat sun
    """.split()
)

#: Words that open sentences.
STARTERS = frozenset(
    """
    a an the this that these those such i i'm i've i'd i'll it it's its he he's she she's we we're
    we've we'll you you're you'll they they're my our your his her their there here one everyone
    everybody nobody someone anyone nothing if when whenever while once until unless what what's why
    how who whose where which whether is isn't are aren't was were do don't does did can can't could
    will would should must may might have has had in on at for from with without within after before
    during by to as over under since because although though however but and or so yet also then
    thus therefore instead otherwise meanwhile moreover furthermore finally first second third next
    later today now still even only just perhaps sometimes often usually most many much more some
    few all both each every several other others another any no not none never neither nor yes call
    text ask book contact talk speak see visit please take use try learn read find start stop keep
    let let's get give go come make remember note tell stay avoid bring wear expect
    """.split()
)

#: Those of them that are surnames too: "J. May", "P. An".
SURNAMES = frozenset("a an so to he she you do may will read call see long her".split())

#: Before a letter that names a thing: "vitamin D.", "hepatitis C."
LETTERED = frozenset(
    """
    vitamin vitamins vit hepatitis hep type class grade group groups plan part phase stage step
    figure fig table panel appendix section schedule category level arm cohort option question
    influenza flu factor protein immunoglobulin serotype subtype toxin score annex medicare
    """.split()
)

#: Who speaks after a quotation: "“Does it hurt?” Dana asks."
REPORTING = "says said asks asked adds added recalls recalled explains explained wonders wondered"
