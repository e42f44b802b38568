import json, sys, importlib.util
from pathlib import Path
DATA = Path(__file__).resolve().parents[3] / "shared/data/clean"
from worker.clean.repair import repaired, typeset
from worker.clean.layout import paragraphs
from worker.clean.wire import sorted_copy
from worker.clean.titles import titled
spec=importlib.util.spec_from_file_location("score", DATA/"score.py"); score=importlib.util.module_from_spec(spec); spec.loader.exec_module(score)
def run(text):
    c=sorted_copy(paragraphs(typeset(repaired(text))))
    return {"title":titled(c.title) if c.title else None,"dateline":c.dateline,"body":"\n\n".join(c.paragraphs),"dropped":c.dropped,"standfirst":c.standfirst}
if __name__=="__main__":
    b=t=d=0
    for line in open(DATA/"public.jsonl"):
        case=json.loads(line); out=run(case["input"]); r=score.score(case,out)
        b+=r["ok"]; t+=r["title"]; d+=r["dateline"]
        if not(r["ok"] and r["title"] and r["dateline"]):
            print(r, repr(out["title"]), repr(out["dateline"]))
            e,o=score.bag(score.norm(case['expected_body'])),score.bag(score.norm(out['body']))
            print("   missing",list((e-o).items())[:20],"extra",list((o-e-score.bag(score.norm(' '.join(case['optional'])))).items())[:20])
        if '-d' in sys.argv: print('##',case['id'],[(x.rule,x.line[:80]) for x in out['dropped']])
    print(b,t,d)
