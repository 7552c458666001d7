case $HOSTEDSITE_DEPLOY in *@*) include=component ;; *) include=local ;; esac
child=hostedsite-sites.yml
echo 'include:' >"$child"
changed=0
for file in $HOSTEDSITE_FILES; do
  [ -f "$file" ] || refuse "There is no file $file in the repository: correct the input files."
  case $file in *[!A-Za-z0-9._/-]*) refuse "$file cannot be the name of a job: write it with letters, digits, dots, dashes and slashes." ;; esac
  # Of a file that cannot be read, its own job tells.
  commit=$(ask ${HOSTEDSITE_NAMESPACE:+"--namespace=$HOSTEDSITE_NAMESPACE"} get --filename "$file" --ignore-not-found \
    --output 'jsonpath={.metadata.annotations.ci\.hostedsite\.dev/commit}') || commit=''
  if [ -n "$commit" ] && git cat-file -e "$commit^{commit}" 2>/dev/null && git diff --quiet "$commit" HEAD -- "$file"; then
    continue
  fi
  changed=$((changed + 1))
  echo "$file: to be deployed"
  cat >>"$child" <<EOF
  - $include: '$HOSTEDSITE_DEPLOY'
    inputs:
      job: $file
      file: $file
      namespace: '$HOSTEDSITE_NAMESPACE'
      context: '$HOSTEDSITE_CONTEXT'
      environment: ${file%.*}
      timeout: $HOSTEDSITE_TIMEOUT
      pull-secret: '$HOSTEDSITE_PULL_SECRET'
      job-image: $HOSTEDSITE_JOB_IMAGE
      rules: [{ when: on_success }]
EOF
done
if [ "$changed" = 0 ]; then
  printf 'nothing to deploy:\n  script: [echo "Every site is as its file says."]\n' >"$child"
fi
