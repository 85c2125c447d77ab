"""What NetApp's Python client makes of operations that outlive their job."""

import time

from netapp_ontap.resources import (
    MultiAdminVerifyRequest,
    SnapmirrorRelationship,
    Software,
    SoftwarePackageDownload,
    Volume,
)

from harness import check, ontap

SVM = {"name": "svm1"}


def wait(resource, fields, is_over):
    """Reads a resource until it is over; gives what was seen of it."""
    seen = []
    for _ in range(400):
        resource.get(fields=fields)
        seen.append(resource.to_dict())
        if is_over(resource):
            return seen
        time.sleep(0.02)
    raise AssertionError(f"not over: {resource}")


def send(method, path, body):
    """A call with "simulate", which the client's own resources do not know."""
    answer = ontap.session.request(method, f"{ontap.origin}/api{path}", json=body)
    assert answer.status_code == 202, answer.text


@check
def moves_a_volume():
    """Volume.patch with poll=True returns before the volume has moved"""
    volume = Volume(name="moved", svm=SVM)
    volume.post(poll=True, hydrate=True)
    volume.movement = {"destination_aggregate": {"name": "aggr2"}}
    volume.patch(poll=True)
    again = Volume(uuid=volume.uuid)
    fields = "name,svm.name,movement"
    seen = wait(again, fields, lambda one: getattr(getattr(one, "movement", None), "state", "") == "success")
    assert len(seen) > 1, seen
    assert (again.movement.percent_complete, again.movement.destination_aggregate.name) == (100, "aggr2"), again
    assert again.movement.start_time is not None, again


@check
def cuts_over_when_told():
    """a move that is told to wait waits in cutover_wait, and continues when it is told to"""
    volume = Volume(name="waiting", svm=SVM)
    volume.post(poll=True, hydrate=True)
    volume.movement = {"destination_aggregate": {"name": "aggr2"}, "state": "cutover_wait"}
    volume.patch(poll=True)
    again = Volume(uuid=volume.uuid)
    state_is = lambda wanted: lambda one: getattr(getattr(one, "movement", None), "state", "") == wanted
    wait(again, "movement", state_is("cutover_wait"))
    again.movement.state = "cutover"
    again.patch(poll=True)
    wait(again, "movement", state_is("success"))


@check
def mirrors():
    """SnapmirrorRelationship is created, transfers, and is broken"""
    relationship = SnapmirrorRelationship(
        source={"path": "svm1:vol1"}, destination={"path": "svm2:vol1"}, state="snapmirrored"
    )
    relationship.post(poll=True)
    found = []
    for _ in range(400):
        found = list(SnapmirrorRelationship.get_collection(fields="state,healthy,transfer"))
        if found and found[0].state == "snapmirrored":
            break
        time.sleep(0.02)
    mirrored = found[0]
    assert (mirrored.state, mirrored.healthy, mirrored.transfer.state) == ("snapmirrored", True, "success"), mirrored
    mirrored.state = "broken_off"
    mirrored.patch(poll=True)
    again = SnapmirrorRelationship(uuid=mirrored.uuid)
    wait(again, "state", lambda one: one.state == "broken_off")


@check
def updates():
    """Software shows an update with its durations and phases, and an error that it waits for"""
    send("PATCH", "/cluster/software", {"version": "9.17.1", "simulate": {"stop": "paused_on_error"}})
    software = Software()
    wait(software, "*", lambda one: getattr(one, "state", "") == "paused_on_error")
    assert software.pending_version == "9.17.1" and software.estimated_duration == 10, software
    assert any("Giveback" in detail.issue.message for detail in software.status_details), software
    software.patch(action="resume", poll=True)
    wait(software, "*", lambda one: one.state == "completed")


@check
def downloads():
    """SoftwarePackageDownload shows how far a download has come"""
    SoftwarePackageDownload(url="https://files.example.com/image.tgz").post(poll=True)
    download = SoftwarePackageDownload()
    seen = wait(download, "*", lambda one: one.state == "success")
    assert {one["state"] for one in seen} <= {"not_started", "running", "success"}, seen


@check
def asks_for_approval():
    """MultiAdminVerifyRequest is created, and approved by two administrators"""
    body = {"operation": "volume delete", "simulate": {"stop": "pending"}}
    answer = ontap.session.post(f"{ontap.origin}/api/security/multi-admin-verify/requests", json=body)
    index = int(answer.headers["Location"].split("/")[-1])
    request = MultiAdminVerifyRequest(index=index)
    request.get(fields="*")
    assert (request.state, request.pending_approvers, request.operation) == ("pending", 2, "volume delete"), request
    for _ in range(2):
        vote = MultiAdminVerifyRequest(index=index)
        vote.state = "approved"
        vote.patch()
    request.get(fields="*")
    assert (request.state, request.pending_approvers) == ("approved", 0), request
