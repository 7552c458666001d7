// A peer of the operator for measurements: the same children of the same HostedSites, written with
// controller-runtime as well as that can be done.
package main

import (
	"context"
	"flag"
	"log/slog"
	"os"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/config"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

const (
	manager       = "hostedsite"
	managedBy     = "app.kubernetes.io/managed-by"
	instanceLabel = "app.kubernetes.io/instance"
)

var (
	metricsAddress = flag.String("metrics", "127.0.0.1:8080", "address of /metrics")
	probeAddress   = flag.String("probes", "127.0.0.1:8081", "address of /healthz and /readyz")
	namespace      = flag.String("namespace", "hostedsite-system", "namespace of the Lease and of copies of Secrets")
	children       = flag.String("children", "site-children.json", "the golden file")
)

func main() {
	flag.Parse()
	log := logr.FromSlogHandler(slog.NewJSONHandler(os.Stdout, nil))
	ctrl.SetLogger(log)
	klog.SetLogger(log)
	if err := run(); err != nil {
		log.Error(err, "peer failed")
		os.Exit(1)
	}
}

func run() error {
	templates, err := readTemplates(*children)
	if err != nil {
		return err
	}
	access, err := access()
	if err != nil {
		return err
	}
	mgr, err := ctrl.NewManager(access, options())
	if err != nil {
		return err
	}
	if err := mgr.AddHealthzCheck("ping", healthz.Ping); err != nil {
		return err
	}
	if err := register(mgr, &peer{client: mgr.GetClient(), templates: templates, namespace: *namespace}); err != nil {
		return err
	}
	return mgr.Start(ctrl.SetupSignalHandler())
}

// access has no token bucket: the API server's own priority and fairness decides.
func access() (*rest.Config, error) {
	found, err := rest.InClusterConfig()
	if err != nil {
		found, err = clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	}
	if err == nil {
		found.QPS = -1
		found.UserAgent = "controller-runtime-peer"
	}
	return found, err
}

func options() ctrl.Options {
	yes := true
	scheme := clientgoscheme.Scheme
	addSites(scheme)
	ours := cache.ByObject{Label: labels.SelectorFromSet(labels.Set{managedBy: manager})}
	byObject := map[client.Object]cache.ByObject{}
	for _, object := range cachedKinds {
		byObject[object()] = ours
	}
	return ctrl.Options{
		Scheme: scheme,
		Cache: cache.Options{
			ByObject:                     byObject,
			DefaultTransform:             cache.TransformStripManagedFields(),
			DefaultUnsafeDisableDeepCopy: &yes,
		},
		// A pass never decides from what is older than its own writes.
		Client:                        client.Options{Cache: &client.CacheOptions{EnableReadYourWritesConsistency: &yes}},
		Controller:                    config.Controller{MaxConcurrentReconciles: 16, EnableWarmup: &yes},
		LeaderElection:                true,
		LeaderElectionID:              "hostedsite-operator",
		LeaderElectionNamespace:       *namespace,
		LeaderElectionReleaseOnCancel: true,
		Metrics:                       metricsserver.Options{BindAddress: *metricsAddress},
		HealthProbeBindAddress:        *probeAddress,
	}
}

func register(mgr ctrl.Manager, sites *peer) error {
	changed := builder.WithPredicates(predicate.GenerationChangedPredicate{})
	b := ctrl.NewControllerManagedBy(mgr).For(&HostedSite{}, changed).Named(manager)
	for _, object := range cachedKinds {
		// By label and not by owner: volumes have no owner.
		b.Watches(object(), handler.EnqueueRequestsFromMapFunc(siteOf))
	}
	return b.WithOptions(controller.Options{MaxConcurrentReconciles: 16}).Complete(sites)
}

func siteOf(_ context.Context, object client.Object) []reconcile.Request {
	name := types.NamespacedName{Namespace: object.GetNamespace(), Name: object.GetLabels()[instanceLabel]}
	return []reconcile.Request{{NamespacedName: name}}
}
