# Reads what a file says of its site: name, namespace, file_image.
read_site() {
  file=$1
  [ -f "$file" ] || refuse "There is no file $file in the repository: correct the input."
  said=$(patched '{}' 'jsonpath={.kind}|{.metadata.name}|{.metadata.namespace}|{.spec.image}{"\n"}')
  case $said in
    *'
'*) kind='' ;;
    *) IFS='|' read -r kind name namespace file_image <<EOF
$said
EOF
      ;;
  esac
  [ "$kind" = HostedSite ] || refuse "$file is to hold one HostedSite and nothing else: move the rest into files of their own."
  namespace=${HOSTEDSITE_NAMESPACE:-$namespace}
  [ -n "$namespace" ] || refuse "$file does not say where its site belongs: write metadata.namespace, or the input namespace."
}

# The file with a JSON merge patch, in the format given. Asks no cluster.
patched() {
  ask patch --local --filename "$file" --type=merge --patch "$1" --output "$2"
}

site() {
  ask --namespace "$namespace" get hostedsite "$name" "$@"
}

apply() {
  ask apply --server-side --field-manager=gitlab --filename - "$@"
}
