# An image by its content: REFERENCE DIGEST, and the reference as it is where no digest is known.
content() {
  repository=${1%%@*}
  case ${repository##*/} in *:*) repository=${repository%:*} ;; esac
  if [ -n "$2" ]; then echo "$repository@$2"; else echo "$1"; fi
}

# Reads what serves: running (by its content) and previous, the image of the deployment before.
read_live() {
  path='{.status.release.running.image}|{.status.release.running.digest}|{.metadata.annotations.ci\.hostedsite\.dev/previous-image}'
  said=$(site --ignore-not-found --output "jsonpath=$path")
  IFS='|' read -r written digest previous <<EOF
$said
EOF
  running=$(content "$written" "$digest")
}

# The password of the registry, for the site's pods. Renewed with each deployment.
apply_pull_secret() {
  [ -n "$HOSTEDSITE_PULL_SECRET" ] || return 0
  [ -n "${CI_DEPLOY_PASSWORD:-}" ] || refuse 'The input pull-secret needs a deploy token: make one named gitlab-deploy-token with read_registry, or set CI_DEPLOY_USER and CI_DEPLOY_PASSWORD.'
  [ -n "${CI_REGISTRY:-}" ] || refuse 'The input pull-secret is for a registry, and CI_REGISTRY names none: switch the container registry of GitLab on, or set CI_REGISTRY.'
  secret=$(ask create secret docker-registry "$HOSTEDSITE_PULL_SECRET" --namespace "$namespace" --dry-run=client --output=json \
    "--docker-server=$CI_REGISTRY" "--docker-username=$CI_DEPLOY_USER" "--docker-password=$CI_DEPLOY_PASSWORD")
  printf '%s\n' "$secret" | apply
}

# Applies the file with this image; before is the image to go back to. Nothing is written unless all of it would be accepted.
release() {
  annotations="\"ci.hostedsite.dev/commit\":\"$CI_COMMIT_SHA\",\"ci.hostedsite.dev/previous-image\":\"$2\""
  manifest=$(patched "{\"metadata\":{\"namespace\":\"$namespace\",\"annotations\":{$annotations}},\"spec\":{\"image\":\"$1\"}}" json)
  printf '%s\n' "$manifest" | apply --dry-run=server >/dev/null
  apply_pull_secret
  printf '%s\n' "$manifest" | apply
  wait_for_site
}

# As release; what serves now is what rollback goes back to, unless it is this image already.
replace() {
  read_live
  case $1 in "$running" | "$written") release "$1" "$previous" ;; *) release "$1" "$running" ;; esac
}

say() {
  site --output "jsonpath={.status.conditions[?(@.type==\"$1\")].$2}"
}

# The first line and the last three, each cut.
short() {
  awk '{ line[NR] = substr($0, 1, 300) } END { for (i = 1; i <= NR; i++) if (i == 1 || i > NR - 3) print line[i] }'
}

# The last lines of the application that ended latest, without credentials in addresses. Nothing where pods may not be listed.
last_words() {
  path='{range .items[*].status.containerStatuses[?(@.name=="application")]}{.lastState.terminated.message}{.state.terminated.message}{"\n"}{end}'
  kubectl ${HOSTEDSITE_CONTEXT:+"--context=$HOSTEDSITE_CONTEXT"} --namespace "$namespace" get pods --sort-by=.metadata.creationTimestamp \
    --selector "app.kubernetes.io/instance=$name,app.kubernetes.io/component=web" --output "jsonpath=$path" 2>/dev/null |
    sed 's|://[^ :@/]*:[^ @/]*@|://***@|g' | grep . | tail -n 3 | cut -c 1-300
}

# Ends the job with what a condition says; whoever reads the last lines of its log reads this.
give_up() {
  echo "$1"
  message=$(say "$2" message)
  printf '%s\n' "$message" | short
  case $message in
    *'Its last lines:'*) ;;
    *) last_words || true ;;
  esac
  if [ "$(say Available status)" = True ]; then echo 'Visitors are served by what ran before.'; else echo 'Visitors are not served.'; fi
  exit 1
}

seconds() {
  case $1 in *m) echo $((${1%m} * 60)) ;; *) echo "${1%s}" ;; esac
}

# Until the site is Ready or Stalled about the newest generation. kubectl wait would look at one of the two.
wait_for_site() {
  path='{.metadata.generation}|{range .status.conditions[?(@.status=="True")]}{.type}:{.observedGeneration} {end}'
  deadline=$(($(date +%s) + $(seconds "$HOSTEDSITE_TIMEOUT")))
  while :; do
    seen=$(site --output "jsonpath=$path" 2>/dev/null) || seen='|'
    case " ${seen#*|}" in
      *" Stalled:${seen%%|*} "*) give_up "$namespace/$name is Stalled: $(say Stalled reason)." Stalled ;;
      *" Ready:${seen%%|*} "*) break ;;
    esac
    [ "$(date +%s)" -lt "$deadline" ] || give_up "$namespace/$name is not Ready within $HOSTEDSITE_TIMEOUT: $(say Ready reason)." Ready
    sleep 2
  done
  read_live
  url=$(site --output 'jsonpath={.status.urls[0]}')
  printf 'SITE_URL=%s\nSITE_IMAGE=%s\n' "$url" "$running" >hostedsite.env
  echo "$namespace/$name serves $running at $url"
}
