"""What NetApp's Python client does with the simulator's answers: one line per check, exit code 1 if one fails."""

import os
import sys

from netapp_ontap import utils
from netapp_ontap.resources import Cluster, Job, Volume

import operations  # its checks
from harness import check, connect, ontap, refused, run, select

SVM = {"name": "svm1"}


def start(seconds=3600, svm="svm1"):
    """A job that takes so many seconds of server time."""
    body = {"name": "slow", "svm": {"name": svm}, "simulate": {"seconds": seconds}}
    answer = ontap.session.post(f"{ontap.origin}/api/storage/volumes", json=body)
    return Job(uuid=answer.json()["job"]["uuid"])


def state_of(job):
    job.get(fields="state")
    return job.state


@check
def trusts_the_ca_only():
    """a connection without the private CA is refused"""
    stranger = connect(os.environ["ONTAP_URL"], verify=True)
    refused(lambda: list(Job.get_collection(connection=stranger)), "CERTIFICATE_VERIFY_FAILED")


@check
def refuses_a_wrong_password():
    """a wrong password is answered with 401"""
    stranger = connect(os.environ["ONTAP_URL"], password="wrong")
    refused(lambda: list(Job.get_collection(connection=stranger)), status=401, code="6691623")


@check
def reads_the_cluster():
    """Cluster.get reads the version"""
    cluster = Cluster()
    cluster.get(fields="version")
    assert cluster.version.generation == 9, cluster


@check
def creates():
    """Volume.post with poll=True waits for the job, and the volume exists then"""
    volume = Volume(name="created", svm=SVM)
    response = volume.post(poll=True, hydrate=True)
    assert response.http_response.status_code == 200, response.http_response
    assert (volume.name, volume.state, volume.svm.name) == ("created", "online", "svm1"), volume
    assert list(Volume.get_collection(name="created"))[0].uuid == volume.uuid


@check
def fails():
    """Volume.post with poll=True raises the error of a job that fails"""
    refused(lambda: Volume(name="fail", svm=SVM).post(poll=True), "not enough space in aggregate")


@check
def fails_at_once():
    """a job that fails within return_timeout is an error of the call"""
    refused(lambda: Volume(name="fail", svm=SVM).post(return_timeout=120), status=500, code="917831")


@check
def finishes_within_return_timeout():
    """return_timeout that suffices: 201, a location, and the link of a job that has succeeded"""
    volume = Volume(name="quick", svm=SVM)
    response = volume.post(poll=False, return_timeout=120)
    assert response.http_response.status_code == 201, response.http_response
    assert response.is_job and volume.uuid in response.http_response.headers["Location"]
    assert response.poll().http_response.json()["state"] == "success"


@check
def outlasts_return_timeout():
    """return_timeout that does not suffice: 202, a location, and the link of a job that is awaited"""
    volume = Volume(name="late", svm=SVM)
    response = volume.post(poll=False, return_timeout=1)
    assert response.http_response.status_code == 202, response.http_response
    assert volume.uuid in response.http_response.headers["Location"]
    assert volume.poll().http_response.json()["state"] == "success"


@check
def refuses_a_long_return_timeout():
    """return_timeout above 120 s is refused"""
    refused(lambda: Volume(name="never", svm=SVM).post(return_timeout=121), status=400, code="262197")


@check
def creates_in_bulk():
    """Volume.post_collection gives every volume that was created"""
    volumes = Volume.post_collection([Volume(name=name, svm=SVM) for name in ("bulk1", "bulk2")], hydrate=True)
    assert [volume.name for volume in volumes] == ["bulk1", "bulk2"], volumes
    assert all(volume.state == "online" for volume in volumes), volumes


@check
def creates_in_bulk_but_one():
    """Volume.post_collection raises the error of one record that failed"""
    records = [Volume(name=name, svm=SVM) for name in ("bulk3", "fail4")]
    refused(lambda: Volume.post_collection(records), "One or more jobs failed", '"fail4"')
    assert Volume.count_collection(name="bulk3") == 1


@check
def fails_in_bulk():
    """Volume.post_collection raises the errors of a job all of whose records failed"""
    records = [Volume(name=name, svm=SVM) for name in ("fail5", "fail6")]
    refused(lambda: Volume.post_collection(records), '"fail5"', '"fail6"')


@check
def changes():
    """patch with poll=True changes a volume"""
    volume = Volume(name="changed", svm=SVM)
    volume.post(poll=True, hydrate=True)
    volume.size = 42 * 2**30
    volume.patch(poll=True)
    again = Volume(uuid=volume.uuid)
    again.get(fields="size")
    assert again.size == 42 * 2**30, again


@check
def changes_by_query():
    """Volume.patch_collection changes every volume that matches, each by a job"""
    Volume.post_collection([Volume(name=name, svm=SVM) for name in ("many1", "many2")])
    response = Volume.patch_collection({"comment": "seen"}, name="many1|many2")
    assert response.http_response.json()["num_records"] == 2, response.http_response.text
    assert Volume.count_collection(comment="seen") == 2


@check
def deletes():
    """delete with poll=True removes a volume"""
    volume = Volume(name="deleted", svm=SVM)
    volume.post(poll=True)
    volume.delete(poll=True)
    refused(volume.get, "entry doesn't exist", status=404, code="4")


@check
def deletes_by_query():
    """Volume.delete_collection removes every volume that matches, each by a job"""
    Volume.post_collection([Volume(name=name, svm=SVM) for name in ("gone1", "gone2")])
    response = Volume.delete_collection(name="gone*")
    assert len(response.http_response.json()["jobs"]) == 2, response.http_response.text
    assert Volume.count_collection(name="gone*") == 0


@check
def deletes_in_bulk():
    """Volume.delete_collection with records removes them by one job"""
    volumes = Volume.post_collection([Volume(name=name, svm=SVM) for name in ("left1", "left2")])
    Volume.delete_collection(records=volumes)
    assert Volume.count_collection(name="left*") == 0


@check
def reads_a_job():
    """Job.get reads a job, all of it or some fields"""
    job = start()
    job.get(fields="*")
    assert job.state in ("queued", "running") and (job.code, job.svm.name) == (0, "svm1"), job
    assert job.description.startswith("POST /api/storage/volumes/"), job
    assert set(job.to_dict()["_links"]) == {"self"}, job
    some = Job(uuid=job.uuid)
    some.get(fields="state")
    assert "description" not in some.to_dict(), some


@check
def refuses_unknown_fields():
    """an unknown name in "fields" is refused"""
    refused(lambda: start().get(fields="state,colour"), '"colour"', status=400, code="262197")


@check
def filters_jobs():
    """Job.get_collection filters, and shows what it filters on"""
    mine = start(svm="filtered")
    start(svm="another")
    found = list(Job.get_collection(**{"svm.name": "filtered", "state": "queued|running"}))
    assert [job.uuid for job in found] == [mine.uuid], found
    assert found[0].svm.name == "filtered" and found[0].state in ("queued", "running"), found
    assert Job.find(uuid=mine.uuid).description.startswith("POST "), mine


@check
def pages_through_jobs():
    """Job.get_collection follows the pages, in the order that was asked for"""
    jobs = [start(seconds=4000 + index, svm="paged").uuid for index in range(5)]
    query = {"svm.name": "paged", "order_by": "uuid desc", "fields": "uuid"}
    found = [job.uuid for job in Job.get_collection(max_records=2, **query)]
    assert found == sorted(jobs, reverse=True), found
    assert Job.count_collection(**{"svm.name": "paged"}) == 5


@check
def pauses_and_resumes():
    """a job is paused and resumed"""
    job = start()
    job.patch(action="pause")
    assert state_of(job) == "paused", job
    job.patch(action="resume")
    assert state_of(job) in ("queued", "running"), job


@check
def cancels():
    """a job is cancelled once"""
    job = start()
    job.patch(action="cancel")
    assert state_of(job) == "failure", job
    refused(lambda: job.patch(action="cancel"), status=409, code="458762")


@check
def cancels_by_query():
    """Job.patch_collection cancels every job that matches"""
    jobs = [start(svm="cancelled") for _ in range(2)]
    Job.patch_collection({}, action="cancel", **{"svm.name": "cancelled"})
    assert [state_of(job) for job in jobs] == ["failure", "failure"], jobs


@check
def watches_a_job_of_select():
    """utils.watch_job waits for a job of ONTAP Select Deploy"""
    answer = select.session.post(f"{select.origin}/api/clusters", json={"name": "c1"})
    link = f"/api/jobs/{answer.json()['job']['id']}"
    record = utils.watch_job(link, connection=select).http_response.json()["record"]
    assert (record["state"], record["message"]) == ("success", "The cluster was created."), record


@check
def watches_a_job_of_select_that_fails():
    """utils.watch_job raises the message of a job of ONTAP Select Deploy that fails"""
    answer = select.session.post(f"{select.origin}/api/clusters", json={"name": "fail"})
    link = f"/api/jobs/{answer.json()['job']['id']}"
    refused(lambda: utils.watch_job(link, connection=select), "no host is available")


sys.exit(run())
