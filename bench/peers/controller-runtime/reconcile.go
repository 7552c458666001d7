package main

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const hashAnnotation = "hostedsite.dev/applied-hash"

type peer struct {
	client    client.Client
	templates []template
	namespace string
	// UID → version and hash that were compared and found equal: nothing is decoded twice for the same.
	compared sync.Map
}

func (p *peer) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	site := &HostedSite{}
	if err := p.client.Get(ctx, request.NamespacedName, site); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if site.DeletionTimestamp != nil {
		return ctrl.Result{}, nil
	}
	pass := &pass{peer: p, site: site, values: values(site, p.namespace), ready: true}
	for _, child := range p.templates {
		if err := pass.write(ctx, child); err != nil {
			return ctrl.Result{}, err
		}
	}
	return ctrl.Result{}, pass.writeStatus(ctx)
}

type pass struct {
	*peer
	site   *HostedSite
	values *strings.Replacer
	ready  bool
	// Whether the workload that mounts the Secrets is there; asked once.
	credentials *bool
}

func (p *pass) write(ctx context.Context, child template) error {
	if child.write == "createOnce" {
		return p.createOnce(ctx, child)
	}
	body, hash := child.rendered(p.values)
	key := types.NamespacedName{Namespace: p.values.Replace(child.namespace), Name: p.values.Replace(child.name)}
	live := cachedKinds[child.kind]()
	err := p.client.Get(ctx, key, live)
	if client.IgnoreNotFound(err) != nil {
		return err
	}
	if err == nil && p.isAsWanted(live, body, hash) {
		p.ready = p.ready && isReady(live)
		return nil
	}
	p.ready = false
	return p.apply(ctx, child, key, body)
}

// isAsWanted: applied from the same text, and every field that was applied still has its value.
func (p *pass) isAsWanted(live client.Object, body, hash string) bool {
	if live.GetAnnotations()[hashAnnotation] != hash {
		return false
	}
	seen := live.GetResourceVersion() + hash
	if before, ok := p.compared.Load(live.GetUID()); ok && before == seen {
		return true
	}
	if _, isMetadata := live.(*metav1.PartialObjectMetadata); !isMetadata && !holds(live, body) {
		return false
	}
	p.compared.Store(live.GetUID(), seen)
	return true
}

func (p *pass) apply(ctx context.Context, child template, key types.NamespacedName, body string) error {
	object := cachedKinds[child.kind]()
	object.SetName(key.Name)
	object.SetNamespace(key.Namespace)
	patch := client.RawPatch(types.ApplyPatchType, []byte(body))
	return p.client.Patch(ctx, object, patch, client.ForceOwnership, client.FieldOwner(manager))
}

// createOnce never reads what it makes. Once the workload that mounts them is there, they are too.
func (p *pass) createOnce(ctx context.Context, child template) error {
	if p.credentials == nil {
		err := p.client.Get(ctx, types.NamespacedName{Namespace: p.site.Namespace, Name: p.site.Name + "-database"}, &appsv1.StatefulSet{})
		if client.IgnoreNotFound(err) != nil {
			return err
		}
		there := err == nil
		p.credentials = &there
	}
	if *p.credentials {
		return nil
	}
	body, _ := child.rendered(p.values)
	// A Secret, or the ConfigMap that claims a host.
	object := &unstructured.Unstructured{}
	if err := json.Unmarshal([]byte(body), object); err != nil {
		return err
	}
	err := p.client.Create(ctx, object, client.FieldOwner(manager))
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	return err
}

func isReady(live client.Object) bool {
	switch object := live.(type) {
	case *appsv1.Deployment:
		wanted, status := *object.Spec.Replicas, object.Status
		return status.ObservedGeneration >= object.Generation && status.Replicas == wanted &&
			status.UpdatedReplicas == wanted && status.AvailableReplicas == wanted
	case *appsv1.StatefulSet:
		return object.Status.ObservedGeneration >= object.Generation && object.Status.ReadyReplicas == *object.Spec.Replicas
	}
	return true
}

func (p *pass) writeStatus(ctx context.Context) error {
	wanted := metav1.Condition{
		Type: "Ready", Status: "Unknown", Reason: "Progressing",
		Message: "The spec is being brought into force.", ObservedGeneration: p.site.Generation,
	}
	if p.ready {
		wanted.Status, wanted.Reason, wanted.Message = "True", "Serving", "The spec is in force and the site serves."
	}
	for _, before := range p.site.Status.Conditions {
		if before.Type != wanted.Type || before.Status != wanted.Status {
			continue
		}
		wanted.LastTransitionTime = before.LastTransitionTime
		if before == wanted && p.site.Status.ObservedGeneration == p.site.Generation {
			return nil
		}
	}
	if wanted.LastTransitionTime.IsZero() {
		wanted.LastTransitionTime = metav1.NewTime(time.Now().Truncate(time.Second))
	}
	status := SiteStatus{ObservedGeneration: p.site.Generation, Conditions: []metav1.Condition{wanted}}
	body, err := json.Marshal(map[string]any{
		"apiVersion": siteVersion.String(), "kind": "HostedSite", "status": status,
		"metadata": map[string]string{"name": p.site.Name, "namespace": p.site.Namespace, "uid": string(p.site.UID)},
	})
	if err != nil {
		return err
	}
	object := &HostedSite{ObjectMeta: metav1.ObjectMeta{Name: p.site.Name, Namespace: p.site.Namespace}}
	patch := client.RawPatch(types.ApplyPatchType, body)
	err = p.client.Status().Patch(ctx, object, patch, client.ForceOwnership, client.FieldOwner(manager+"-status"))
	return client.IgnoreNotFound(err)
}
