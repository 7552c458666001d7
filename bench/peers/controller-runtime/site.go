package main

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

var siteVersion = schema.GroupVersion{Group: "hostedsite.dev", Version: "v1alpha1"}

// HostedSite holds only the fields that this program reads: a smaller decoding than the whole schema.
type HostedSite struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              SiteSpec   `json:"spec,omitempty"`
	Status            SiteStatus `json:"status,omitempty"`
}

type SiteSpec struct {
	Image string `json:"image"`
}

type SiteStatus struct {
	ObservedGeneration int64              `json:"observedGeneration,omitempty"`
	Conditions         []metav1.Condition `json:"conditions,omitempty"`
}

type HostedSiteList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []HostedSite `json:"items"`
}

func (in *HostedSite) DeepCopyObject() runtime.Object {
	out := *in
	out.ObjectMeta = *in.ObjectMeta.DeepCopy()
	out.Status.Conditions = append([]metav1.Condition(nil), in.Status.Conditions...)
	return &out
}

func (in *HostedSiteList) DeepCopyObject() runtime.Object {
	out := *in
	out.Items = make([]HostedSite, len(in.Items))
	for i := range in.Items {
		out.Items[i] = *in.Items[i].DeepCopyObject().(*HostedSite)
	}
	return &out
}

func addSites(scheme *runtime.Scheme) {
	scheme.AddKnownTypes(siteVersion, &HostedSite{}, &HostedSiteList{})
	metav1.AddToGroupVersion(scheme, siteVersion)
}
