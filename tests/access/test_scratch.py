import time, pytest, collections, json
from django.test import TransactionTestCase
from guanjia.kernel import clock
from . import world as w
from . import inventory
THINGS_BY_NAME = json.loads(__import__("pathlib").Path("/tmp/things.json").read_text())

@pytest.fixture(scope="module")
def bed(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        t=time.time()
        with clock.travelling(w.NOW):
            b = w.build()
        print("BUILT", time.time()-t, b.marks.words, b.marks.phones, len(b.marks.keys))
    yield b
    with django_db_blocker.unblock():
        TransactionTestCase._fixture_teardown(None)

def thing_for(route, param):
    n = route.name
    if n.startswith("register-") : return "import-run" if param=="run" else route.given["slug"]
    k = route.key
    if k.startswith("api:"):
        if "/registers/" in route.template: return route.template.split("/")[3]
        if "/desk/cases" in route.template: return "case"
        if "/work/orders" in route.template: return "order"
        if "/visits" in route.template: return "visit"
        if "/duties" in route.template: return "duty"
    for pre, kind in THINGS_BY_NAME.items():
        if k.startswith(pre): 
            if isinstance(kind, dict): return kind.get(param)
            return kind
    return None

def test_it(bed, db):
    out=[]; n=0; t=time.time()
    import django.core.cache
    with clock.travelling(w.NOW):
      for key, route in inventory.routes().items():
        things = {}
        bad=None
        for p in route.open:
            k = thing_for(route,p)
            v = bed.places["A1"].things.get(k) if k else None
            if v is None: bad=(p,k)
            things[p]=v
        if bad: print("NO THING", key, bad); continue
        for method in (("GET","POST") if not key.startswith("api:") else (route.name,)):
            res={}
            for name, br in bed.browsers.items():
                n+=1
                django.core.cache.cache.clear()
                with w.nothing_stays():
                    try:
                        a = br.ask(method, route.path(things))
                        s = str(a.status_code)
                        if a.status_code==302: s+=">"+a["Location"][:7]
                    except Exception as e:
                        s = "EXC "+repr(e)[:150]
                res.setdefault(s,[]).append(name)
            out.append((key, method, [thing_for(route,p) for p in route.open], res))
    print("CALLS", n, time.time()-t)
    __import__("pathlib").Path("/tmp/observed.json").write_text(json.dumps(out, ensure_ascii=False, indent=0))
