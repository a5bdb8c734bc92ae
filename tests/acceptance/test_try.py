import json, time
import pytest
from ministry_social.rehearsal.faults import KINDS
from tests.files.conftest import write_video, write_picture
VIDEO='''+++
id = "grain-corridor"
audience = "account:mfa + account:embassy-paris + account:page + account:channel"

[[media]]
file = "grain.mp4"
+++

## en
### short
The grain corridor stays open for another year.

## fr
### short
Le couloir céréalier reste ouvert une année encore.

## for youtube
### title
Grain corridor
'''
PICT='''+++
id = "grain-corridor"
audience = "account:mfa + account:embassy-paris + account:embassy-ankara + account:page"

[[media]]
file = "port.png"
+++

## en
### short
The grain corridor stays open for another year.
### alt port.png
A ship leaves the port

## fr
### short
Le couloir céréalier reste ouvert une année encore.
### alt port.png
Un navire quitte le port
'''
ACC={"x":"mfa","facebook":"page","youtube":"channel"}
@pytest.mark.parametrize("action",["publish","prepare"])
@pytest.mark.parametrize("platform",["x","facebook","youtube"])
@pytest.mark.parametrize("kind",list(KINDS))
def test_x(ministry, rehearsal, kind, platform, action):
    ministry.environment |= {"MINISTRY_SOCIAL_SENDING_TOTAL_TIMEOUT":"1s","MINISTRY_SOCIAL_SENDING_CONNECT_TIMEOUT":"0.5s","MINISTRY_SOCIAL_SENDING_UPLOAD_TIMEOUT":"1s","MINISTRY_SOCIAL_SENDING_LEASE":"3s"}
    rehearsal.post("/rehearsal/x/settings", {"duplicates":"accept"})
    if platform=="youtube":
        ministry.write("messages/grain.md", VIDEO); write_video(ministry.folder/"messages/grain.mp4")
    elif action=="prepare":
        ministry.write("messages/grain.md", PICT); write_picture(ministry.folder/"messages/port.png", size=(640,480))
    more={}
    if "delay" in kind: more["seconds"]=1.5
    if kind=="idle-drop": more["seconds"]=0.01
    if kind=="read-lag": more["seconds"]=600
    if kind not in ("read-lag","idle-drop"): more["times"]=1
    more["action"]=action
    rehearsal.fault(kind, platform, account=ACC[platform], **more)
    t=time.time()
    said=ministry.say("publish","messages/grain.md","--yes","--wait","5s")
    dt=time.time()-t
    print("\n=====",kind,platform,action,f"{dt:.1f}s exit {said.code}", "met", rehearsal.world.faults.on)
    if "Error" in said.err: print(said.err)
    for r in ministry.deliveries().values():
        recs=[x for x in rehearsal.records(platform=r["platform"],account=r["account"]) if x["kind"]!="photo"]
        mark = "*" if r["account"]==ACC[platform] else " "
        print(mark, r["account"],r["state"],r["waits_for"],r["attempts"],repr(r["error"]),"| records",[(x["kind"],x["public"]) for x in recs], ministry.story(r["id"]) if mark=="*" else "")
