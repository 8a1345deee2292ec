// Prints what the OpenAPI schema doesn't tell about the Kubernetes API's Go types, as JSON: by definition the fields' types (where they aren't plain), the fields
// that are pointers (a zero value is kept once it is set), and the fields that are always written.
package main

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"

	"k8s.io/client-go/kubernetes/scheme"
)

type definition struct {
	Types    map[string]string `json:"types,omitempty"`
	Pointers []string          `json:"pointers,omitempty"`
	Always   []string          `json:"always,omitempty"`
	// Fields of an embedded struct, by its name: errors about them name it.
	Embedded map[string]string `json:"embedded,omitempty"`
}

var found = map[string]*definition{}

func main() {
	for _, root := range scheme.Scheme.AllKnownTypes() {
		visit(root)
	}
	if err := json.NewEncoder(os.Stdout).Encode(found); err != nil {
		panic(err)
	}
}

func visit(t reflect.Type) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || !strings.HasPrefix(t.PkgPath(), "k8s.io/") {
		return
	}
	name := "io.k8s." + strings.ReplaceAll(strings.TrimPrefix(t.PkgPath(), "k8s.io/"), "/", ".") + "." + t.Name()
	if found[name] != nil {
		return
	}
	found[name] = &definition{Types: map[string]string{}, Embedded: map[string]string{}}
	addFields(found[name], t, "")
}

func addFields(to *definition, t reflect.Type, embedded string) {
	for i := range t.NumField() {
		field := t.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		visit(field.Type)
		if name == "" && field.Anonymous && field.Type.Kind() == reflect.Struct {
			inner := field.Name
			if embedded != "" {
				inner = embedded + "." + field.Name
			}
			if inner == "TypeMeta" {
				inner = ""
			}
			addFields(to, field.Type, inner)
		}
		if name == "" || name == "-" {
			continue
		}
		if embedded != "" {
			to.Embedded[name] = embedded
		}
		kind := field.Type.Kind()
		omitted := strings.Contains(options, "omitzero") || strings.Contains(options, "omitempty") && kind != reflect.Struct
		if kind == reflect.Pointer {
			to.Pointers = append(to.Pointers, name)
		}
		if !omitted {
			to.Always = append(to.Always, name)
		}
		if text := telling(field.Type); text != "" {
			to.Types[name] = text
		}
	}
}

// telling gives the type as the decoder writes it, unless it is made of plain strings, numbers and structs only.
func telling(t reflect.Type) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	leaf, named := t, t.Name() != "" && (t.Kind() == reflect.Map || t.Kind() == reflect.Slice)
	for leaf.Kind() == reflect.Slice || leaf.Kind() == reflect.Map || leaf.Kind() == reflect.Pointer {
		leaf = leaf.Elem()
	}
	plain := leaf.PkgPath() == "" && leaf.Kind() != reflect.Int && leaf.Kind() != reflect.Uint8
	if leaf.Kind() == reflect.Struct {
		plain = !strings.Contains(t.String(), "*")
	}
	if plain && !named {
		return ""
	}
	return t.String()
}
