# The usual loop: asks JOB_URL every INTERVAL seconds until the job is over.
until [ "$(curl --fail --silent --show-error "$JOB_URL" | jq --raw-output .state)" = completed ]; do
  sleep "$INTERVAL"
done
