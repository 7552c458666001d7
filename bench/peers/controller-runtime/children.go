package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Typed objects come as protobuf and decode fastest. What nobody may change (an immutable ConfigMap, the data of a
// ControllerRevision) needs no comparison, so its metadata is enough.
var cachedKinds = map[string]func() client.Object{
	"PersistentVolumeClaim": func() client.Object { return &corev1.PersistentVolumeClaim{} },
	"ServiceAccount":        func() client.Object { return &corev1.ServiceAccount{} },
	"Service":               func() client.Object { return &corev1.Service{} },
	"StatefulSet":           func() client.Object { return &appsv1.StatefulSet{} },
	"Deployment":            func() client.Object { return &appsv1.Deployment{} },
	"Ingress":               func() client.Object { return &networkingv1.Ingress{} },
	"NetworkPolicy":         func() client.Object { return &networkingv1.NetworkPolicy{} },
	"ConfigMap":             metadataOf(schema.GroupVersionKind{Version: "v1", Kind: "ConfigMap"}),
	"ControllerRevision":    metadataOf(appsv1.SchemeGroupVersion.WithKind("ControllerRevision")),
}

func metadataOf(kind schema.GroupVersionKind) func() client.Object {
	return func() client.Object {
		object := &metav1.PartialObjectMetadata{}
		object.SetGroupVersionKind(kind)
		return object
	}
}

// template is one child of every site, with placeholders in its text.
type template struct {
	kind, name, namespace, write, text string
}

// readTemplates reads the golden file: children in the order in which they are written.
func readTemplates(path string) ([]template, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var file struct {
		Children []struct {
			Write    string          `json:"write"`
			Manifest json.RawMessage `json:"manifest"`
		} `json:"children"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, err
	}
	templates := make([]template, 0, len(file.Children))
	for _, child := range file.Children {
		var object metav1.PartialObjectMetadata
		if err := json.Unmarshal(child.Manifest, &object); err != nil {
			return nil, err
		}
		if _, ok := cachedKinds[object.Kind]; child.Write == "apply" && !ok {
			return nil, fmt.Errorf("%s is not among the cached kinds: add it", object.Kind)
		}
		var compact bytes.Buffer
		if err := json.Compact(&compact, child.Manifest); err != nil {
			return nil, err
		}
		templates = append(templates, template{object.Kind, object.Name, object.Namespace, child.Write, compact.String()})
	}
	return templates, nil
}

// values are what a site puts into the placeholders.
func values(site *HostedSite, operatorNamespace string) *strings.Replacer {
	inputs := digest(site.Spec.Image)
	return strings.NewReplacer(
		"{{name}}", site.Name, "{{namespace}}", site.Namespace, "{{uid}}", string(site.UID),
		"{{image}}", site.Spec.Image, "{{inputs}}", inputs, "{{revision}}", inputs[:10],
		"{{operatorNamespace}}", operatorNamespace,
	)
}

// rendered returns the object as it is sent, and the hash of it, which is written into it.
func (t template) rendered(values *strings.Replacer) (body, hash string) {
	text := values.Replace(t.text)
	hash = digest(text)
	return strings.ReplaceAll(text, "{{hash}}", hash), hash
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
