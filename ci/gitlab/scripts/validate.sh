failed=0
for path in $HOSTEDSITE_FILES; do
  # Not as a condition: the shell would go on after what fails in it.
  set +e
  (
    set -e
    read_site "$path"
    image=${file_image:-registry.invalid/$name:built-later}
    manifest=$(patched "{\"metadata\":{\"namespace\":\"$namespace\"},\"spec\":{\"image\":\"$image\"}}" json)
    printf '%s\n' "$manifest" | apply --dry-run=server
  )
  [ $? = 0 ] || failed=$((failed + 1))
  set -e
done
[ "$failed" = 0 ] || refuse "$failed of the files would be refused: each is told above."
