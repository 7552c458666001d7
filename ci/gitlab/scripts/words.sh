set -eu

refuse() {
  printf '%s\n' "$*" >&2
  exit 1
}

# What to do about what kubectl said.
way_out() {
  case $1 in
    *Unauthorized* | *'must be logged in'*)
      echo 'The cluster does not know the token of this job: it has expired or was revoked. Write a new one into the CI/CD variable KUBECONFIG.' ;;
    *'is forbidden: User'*)
      echo 'The account of this job may not do this: give it the Role of role.yaml in the namespace of the site.' ;;
    *'context '*' does not exist'*)
      echo 'KUBECONFIG has no such context: correct the input context; with the GitLab agent it is group/project:agent.' ;;
    *'onnection refused'* | *'was refused'* | *'no such host'* | *'i/o timeout'* | *'handshake timeout'* | *'Unable to connect'* | *'deadline exceeded'* | *'no route to host'*)
      echo 'The cluster does not answer: see that the CI/CD variable KUBECONFIG is of type File and names an address that the runner reaches.' ;;
    *'no matches for kind'* | *"doesn't have a resource type"*)
      echo 'The cluster has no HostedSites: install the operator, or see that KUBECONFIG is of the right cluster.' ;;
    *'Apply failed with '*conflict*)
      echo 'Somebody else has set these fields: remove them from the file, or take them over once with kubectl apply --server-side --field-manager=gitlab --force-conflicts.' ;;
    *'namespaces "'*'" not found'*)
      echo 'There is no such namespace: have it made, and the Role of role.yaml in it.' ;;
    *'error parsing'*)
      echo 'The file is not YAML: mend the line that is named above.' ;;
    *)
      echo 'Correct what is named above.' ;;
  esac
}

# kubectl; when it fails, its words and then the way out.
ask() {
  complaints=$(mktemp)
  if kubectl ${HOSTEDSITE_CONTEXT:+"--context=$HOSTEDSITE_CONTEXT"} "$@" 2>"$complaints"; then
    rm -f "$complaints"
    return
  fi
  said=$(cat "$complaints")
  rm -f "$complaints"
  printf '%s\n' "$said" >&2
  refuse "$(way_out "$said")"
}
