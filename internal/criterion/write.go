package criterion

import (
	"bytes"
	"slices"

	"gopkg.in/yaml.v3"
)

// Expression is the rule of a cell in CEL, with what its row asks for first;
// "" where the row has no cell for the class.
func (r Row) Expression(class string) string {
	cell, ok := r.Cells[class]
	if !ok {
		return ""
	}
	return expression(slices.Concat(r.Given, cell.When))
}

// YAML writes a table as Parse reads it; what is empty is left out.
func (t *Table) YAML() ([]byte, error) {
	var n yaml.Node
	if err := n.Encode(t); err != nil {
		return nil, err
	}
	prune(&n)
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(&n); err != nil {
		return nil, err
	}
	return b.Bytes(), e.Close()
}

// prune drops fields that say nothing. The items of a list stay: their number
// means something.
func prune(n *yaml.Node) {
	for _, c := range n.Content {
		prune(c)
	}
	if n.Kind != yaml.MappingNode {
		return
	}
	var kept []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		if !nothing(n.Content[i+1]) {
			kept = append(kept, n.Content[i], n.Content[i+1])
		}
	}
	n.Content = kept
}

func nothing(n *yaml.Node) bool {
	switch n.Kind {
	case yaml.ScalarNode:
		return n.Tag == "!!null" || n.Tag == "!!str" && n.Value == ""
	case yaml.SequenceNode:
		return len(n.Content) == 0
	}
	return false
}
