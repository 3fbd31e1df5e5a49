package census

import (
	"cmp"
	"slices"
)

// apportion shares total out in proportion to counts, by largest remainders
// (A. Hamilton, 1792): the shares add up to total. Equal remainders go to the
// first.
func apportion(counts []int, total int) []int {
	sum := 0
	for _, n := range counts {
		sum += n
	}
	out := make([]int, len(counts))
	if sum == 0 {
		return out
	}
	order, left := make([]int, len(counts)), total
	for i, n := range counts {
		out[i] = n * total / sum
		left -= out[i]
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(counts[b]*total%sum, counts[a]*total%sum)
	})
	for _, i := range order[:left] {
		out[i]++
	}
	return out
}

// spread makes a table of whole numbers with the given sums of rows and columns
// (both add up to the same), each cell near row x column / all. It rounds the
// sums over all rows and columns before, as L. H. Cox does for published tables
// (Journal of the American Statistical Association 82, 1987, p. 520), so that
// errors do not add up. A cell that would fall below nothing takes from the
// largest of its row; only then may a column be off by one.
func spread(rows, columns []int) [][]int {
	all := 0
	for _, n := range columns {
		all += n
	}
	out := make([][]int, len(rows))
	above := make([]int, len(columns)) // rounded sums up to the row before
	seen := 0
	for r, n := range rows {
		seen += n
		out[r] = make([]int, len(columns))
		across, last := 0, 0
		for c, m := range columns {
			across += m
			corner := 0
			if all > 0 {
				corner = (seen*across + all/2) / all
			}
			out[r][c] = corner - above[c] - last
			last, above[c] = corner-above[c], corner
		}
		raise(out[r])
	}
	return out
}

func raise(cells []int) {
	for c := range cells {
		for cells[c] < 0 {
			largest := 0
			for i, n := range cells {
				if n > cells[largest] {
					largest = i
				}
			}
			cells[c]++
			cells[largest]--
		}
	}
}
