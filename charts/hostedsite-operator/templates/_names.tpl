{{- define "hostedsite.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "hostedsite.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- $full := contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) }}
{{- default $full .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "hostedsite.selector" -}}
app.kubernetes.io/name: {{ include "hostedsite.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- /* The pod of helm test, which no Service of the operator selects. */ -}}
{{- define "hostedsite.testSelector" -}}
app.kubernetes.io/name: {{ include "hostedsite.name" . }}-test
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "hostedsite.labels" -}}
{{- with .Values.commonLabels }}
{{- toYaml . }}
{{ end }}
{{- include "hostedsite.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/component: operator
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "hostedsite.serviceAccount" -}}
{{- default (.Values.serviceAccount.create | ternary (include "hostedsite.fullname" .) "default") .Values.serviceAccount.name }}
{{- end }}

{{- /* include "hostedsite.image" (list . "varnish") */ -}}
{{- define "hostedsite.image" -}}
{{- $root := index . 0 }}
{{- $name := index . 1 }}
{{- $digest := index ($root.Values.digests | default dict) $name }}
{{- $version := empty $digest | ternary (printf ":%s" $root.Chart.AppVersion) (printf "@%s" $digest) }}
{{- default (printf "%s/%s%s" $root.Values.registry $name $version) (index $root.Values.images $name) }}
{{- end }}
