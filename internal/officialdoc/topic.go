package officialdoc

import (
	"strconv"
	"strings"
)

// topics in the order that decides between equal weights.
var topics = []string{
	"permits", "vaccination", "testing", "zoning", "quarantine", "tracing", "communication",
	"welfare", "supply", "workplace", "inspection", "other", "command",
}

// topic weighs the words of tokens [a, b): most those right behind the action
// at, least those in front of it; those of the item's heading count too.
func (d *draft) topic(a, b, at int, heading [2]int) (string, string) {
	var weight [13]float64
	about := d.is(a, b, d.w("về"))
	add := func(from, to int, factor float64) {
		for i := from; i < to; {
			end, value := d.phrase(i, to, d.c.Topic)
			if end == 0 {
				i++
				continue
			}
			f := factor
			switch {
			case heading[1] > 0 && from == heading[0]:
			case i < at && about:
				f *= 1.5 // "Về tiêm chủng, …"
			case i < at:
				f *= 0.4
			default:
				f *= 1 + 3/(1+float64(i-at)/5)
			}
			if i > from && d.is(i-1, to, d.w("bị")) {
				f *= 0.3 // "lợn bị tiêu hủy": whom, not what
			}
			if name, w := topicWeight(value); name >= 0 {
				weight[name] += f * w
			}
			i = end
		}
	}
	add(a, b, 1)
	add(heading[0], heading[1], 1.5)
	best := -1
	for k := range topics {
		if weight[k] > 0 && (best < 0 || weight[k] > weight[best]) {
			best = k
		}
	}
	if best < 0 {
		return "command", "topic.none"
	}
	return topics[best], "topic.words"
}

func topicWeight(value string) (int, float64) {
	name, w, _ := strings.Cut(value, " ")
	n, err := strconv.ParseFloat(w, 64)
	if err != nil {
		return -1, 0
	}
	for k, t := range topics {
		if t == name {
			return k, n
		}
	}
	return -1, 0
}
