/** What `--help` prints. */
export const USAGE = `Plays Unified Manager, ONTAP, ONTAP Select Deploy, NetApp Console (with its backup service)
and an OAuth 2.0 token server, each on a port of its own.

  npm run simulator -- [options]

  --port <n>                 the port of Unified Manager; the others take the next four,
                             in the order above. 8080 by default; 0 takes any free ports
  --host <address>           127.0.0.1 by default
  --speed <n>                how many times faster than real time; 1 by default
  --root <path>              a further path for /api, such as a reverse proxy's
  --um-form <form>           specified (default), documented
  --um-long-poll <how>       held (default), ignored, refused
  --um-lists <how>           filtered (default), unfiltered, refused
  --um-gateway-links <how>   rewritten (default), unchanged, absent
  --ontap-lists <how>        filtered (default), unfiltered, refused
  --ontap-retention <s>      how long an ended job is kept; 300 by default, 0 as on FSx
  --ontap-hal <yes|no>       send _links always, or never; by default as the request accepts
  --ontap-done <how>         what a finished call answers: the link of its job (default), the job
  --ontap-read-jobs <yes|no> whether the client's role may read jobs; yes by default
  --console-id-header <name> OnCloud-Request-Id (default), X-Response_Id, none
  --username, --password     ask for HTTP Basic
  --token <token>            ask for a bearer token
  --token-lifetime <s>       ask for a token of the token server, valid for so many seconds
  --client-id, --client-secret
                             the client of the token server; client and secret by default
  --client-in <where>        where it takes them: header, body, either (default)
  --tls-key, --tls-cert      PEM files: serve HTTPS
  --client-ca <file>         PEM file: ask for a client certificate
  --quiet                    do not print the requests
  --help

How a job goes. A name that contains partial, warn or fail makes it end that way. Any call
takes "simulate" in its JSON body, which no real server knows:

  {"name": "lun1", "simulate": {"seconds": 30, "ending": "failure"}}

How an operation goes that outlives its job (ONTAP). "simulate" then has:

  seconds   how long it takes after the job; 10 by default
  ending    a volume move: failed, aborted. A transfer: failed, aborted, hard_aborted, or
            unhealthy. An update: failed, canceled. A download: failure. An approval:
            executed, vetoed, expired. Without it, it succeeds
  stop      the state in which it waits for somebody. A move: cutover_wait, paused. An
            update: paused_on_error, paused_by_user. An approval: pending
  states    its states outright: [{"after": 0, "state": "queued"}, {"after": 5, …}], each
            with a "body" of further fields
  late      how long the state of an earlier call still shows after the job; 1 by default
  hidden    how long a new SnapMirror relationship cannot be read; 3 by default
  restart   an update: for how long connections break in its middle; 0 by default
  job       failure: the job itself fails, and nothing is started

  PATCH /api/storage/volumes/<UUID>        {"movement": {"destination_aggregate": {"name": "aggr2"}}}
        continue, pause, abort it:         {"movement": {"state": "cutover|replicating|paused|aborted"}}
  POST  /api/snapmirror/relationships      {"source": {…}, "destination": {…}, "state": "snapmirrored"}
  PATCH /api/snapmirror/relationships/<UUID>              {"state": "broken_off"}
  PATCH /api/cluster/software                             {"version": "9.17.1"}
        pause, resume, cancel it:                         ?action=pause|resume|cancel
  POST  /api/cluster/software/download                    {"url": "https://…"}
  POST  /api/security/multi-admin-verify/requests         {"operation": "volume delete"}
  PATCH /api/security/multi-admin-verify/requests/<index> {"state": "approved|vetoed"}
  POST  /api/security/multi-admin-verify/rules            {"operation": "volume delete"}
        the calls of that operation then need approval:   volume create, modify, delete

Any UUID will do. An example, of a move that waits for the cutover:

  curl -X PATCH http://127.0.0.1:8081/api/storage/volumes/4ea7a442-86d1-11e0-ae1c-123478563412 \\
    -d '{"movement": {"destination_aggregate": {"name": "aggr2"}}, "simulate": {"stop": "cutover_wait"}}'

What goes wrong. Every server takes faults for its own answers at /simulator/faults:

  curl http://127.0.0.1:8083/simulator/faults -d '{"kind": "answer", "status": 504, "match": "activeTask", "times": 3}'
  curl http://127.0.0.1:8084/simulator/faults -d '{"kind": "answer", "status": 503, "times": 5}'
  curl http://127.0.0.1:8084/simulator/faults -d '{"kind": "delay", "ms": 5000}'

  kind      answer (with "status", "headers", "body"), reset, hang, cut, drip ("everyMs"),
            truncated, other-job, delay ("ms"), cut-hold ("afterMs", "with": 502 or 504),
            gzip, huge ("mebibytes")
  match     a part of the path of the requests that it strikes; by default all
  times     how many requests it strikes, 1 by default; "skip": how many it spares before

  curl -X DELETE http://127.0.0.1:8083/simulator/faults   removes them
  curl -X DELETE http://127.0.0.1:8084/simulator/tokens   takes every token back
`
