package instant

import "strconv"

// Pack prepares message arguments for storage as JSON so that moments are
// still moments when they come back through Unpack.
func Pack(args map[string]any) map[string]any {
	out := make(map[string]any, len(args))
	for k, v := range args {
		if m, ok := v.(Micros); ok {
			v = map[string]any{"$at": strconv.FormatInt(int64(m), 10)} // as text: JSON numbers lose digits
		}
		out[k] = v
	}
	return out
}

// Unpack turns what Pack made of moments back, in place, after JSON.
func Unpack(args map[string]any) map[string]any {
	for k, v := range args {
		m, ok := v.(map[string]any)
		if !ok || len(m) != 1 {
			continue
		}
		if text, ok := m["$at"].(string); ok {
			if at, err := strconv.ParseInt(text, 10, 64); err == nil {
				args[k] = Micros(at)
			}
		}
	}
	return args
}
