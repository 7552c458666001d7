read_site "$HOSTEDSITE_FILE"
case $HOSTEDSITE_IMAGE in
  '')
    [ -z "$HOSTEDSITE_IMAGE_INPUT" ] || refuse "The input image is $HOSTEDSITE_IMAGE_INPUT, which is empty here: let the job that builds it hand it on in a dotenv report."
    image=$file_image ;;
  *@sha256:*) image=$HOSTEDSITE_IMAGE ;;
  *) refuse "The input image is $HOSTEDSITE_IMAGE, a tag that may be pushed again: write it by its digest, as name@sha256:…, which the push told." ;;
esac
[ -n "$image" ] || refuse "Nobody says which image $name runs: write the input image, or spec.image in $file."
replace "$image"
