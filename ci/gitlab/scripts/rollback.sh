read_site "$HOSTEDSITE_FILE"
read_live
[ -n "$previous" ] || refuse "No deployment of $namespace/$name before the latest is known: run the deploy job of an earlier pipeline again."
# It stays what it is: a job that runs twice does not go forward again.
release "$previous" "$previous"
