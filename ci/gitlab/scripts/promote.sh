read_site "$HOSTEDSITE_FILE"
path='{.metadata.generation}|{range .status.conditions[?(@.status=="True")]}{.type}:{.observedGeneration} {end}|{.status.release.running.image}|{.status.release.running.digest}'
said=$(ask --namespace "${HOSTEDSITE_FROM%/*}" get hostedsite "${HOSTEDSITE_FROM#*/}" --output "jsonpath=$path")
IFS='|' read -r generation truths written digest <<EOF
$said
EOF
case " $truths" in
  *" Ready:$generation "*) ;;
  *) refuse "$HOSTEDSITE_FROM is not Ready: promote what has served there." ;;
esac
[ -n "$digest" ] || refuse "$HOSTEDSITE_FROM runs $written, whose digest is not known: deploy it by its digest first."
replace "$(content "$written" "$digest")"
