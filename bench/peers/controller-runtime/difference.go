package main

import (
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// holds tells whether every field of the text has its value in the object. Typed comparison would not do: it takes a
// number that is not written for 0, where the server has put its default.
func holds(live client.Object, text string) bool {
	var wanted map[string]any
	if json.Unmarshal([]byte(text), &wanted) != nil {
		return false
	}
	found, err := runtime.DefaultUnstructuredConverter.ToUnstructured(live)
	if err != nil {
		return false
	}
	// Typed objects in caches do not carry these.
	delete(wanted, "apiVersion")
	delete(wanted, "kind")
	return contains(found, wanted)
}

func contains(found, wanted any) bool {
	switch wanted := wanted.(type) {
	case map[string]any:
		fields, ok := found.(map[string]any)
		for name, value := range wanted {
			if !ok || !contains(fields[name], value) {
				return false
			}
		}
		return ok
	case []any:
		items, ok := found.([]any)
		// Typed objects leave empty lists out.
		if len(wanted) == 0 {
			return len(items) == 0
		}
		if !ok || len(items) != len(wanted) {
			return false
		}
		for i := range wanted {
			if !contains(items[i], wanted[i]) {
				return false
			}
		}
		return true
	default:
		return found == wanted
	}
}
