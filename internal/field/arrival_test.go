package field_test

import (
	"testing"

	"phaodai/internal/testkit/browser"
)

// What the police alone may see goes once, and is on the phone no more.
func TestPapersOfAForeignerLeaveThePhone(t *testing.T) {
	w := newWorld(t, sqlite(t))
	p := browser.Start(t).Phone(t)
	w.signIn(p, "Tổ 12", "Phạm Thị Hoa")
	w.down()
	p.Tap("[name=arrived]")
	p.Fill("dialog [name=name]", "John Smith")
	p.Tap("dialog label.check:has([name=foreign])")
	p.Choose("dialog [name=nationality]", "US")
	p.Fill("dialog [name=papers]", "C01234567")
	p.Shot("di-nguoi-nuoc-ngoai")
	p.Tap("[name=save]")
	p.Expect("1/4")
	w.up()
	p.Tap("[name=cho-gui]")
	p.Tap("[name=send]")
	p.Until(allSent)
	officer := w.station
	officer.Grants = append(officer.Grants, grant("police"))
	found, err := w.samples.Foreigners(t.Context(), officer, ward)
	w.must(err)
	if len(found) != 1 || found[0].Nationality != "US" || found[0].Papers != "C01234567" {
		t.Fatalf("the police sees %+v", found)
	}
	p.Go("http://" + w.address + "/di")
	p.Fill("[name=pin]", pin)
	p.Tap("button.primary")
	p.Tap("[name=cho-gui]")
	p.Expect("Đã gửi đủ 2 bản ghi")
	if n := browser.Ask[int](p, opened); n != 0 {
		t.Errorf("%d records on the phone still hold papers", n)
	}
}

// opened counts the records that still hold papers, read as the app reads them:
// with the key that the PIN opens.
const opened = `(async () => {
	const db = await new Promise((done) => { const r = indexedDB.open('phaodai-di'); r.onsuccess = () => done(r.result) })
	const all = (store, what) => new Promise((done) => { const r = db.transaction(store).objectStore(store)[what](store === 'value' ? 'lock' : undefined); r.onsuccess = () => done(r.result) })
	const [lock, lines] = [await all('value', 'get'), await all('journal', 'getAll')]
	db.close()
	const base = await crypto.subtle.importKey('raw', new TextEncoder().encode('246810'), 'PBKDF2', false, ['deriveKey'])
	const outer = await crypto.subtle.deriveKey({ name: 'PBKDF2', hash: 'SHA-256', salt: lock.salt, iterations: 310000 }, base, { name: 'AES-GCM', length: 256 }, false, ['decrypt'])
	const raw = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: lock.iv }, outer, lock.data)
	const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['decrypt'])
	const texts = await Promise.all(lines.map(async (l) => new TextDecoder().decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: l.iv }, key, l.data))))
	if (!texts.some((t) => t.includes('John Smith'))) throw new Error('not read')
	return texts.filter((t) => t.includes('C01234567') || t.includes('"US"')).length
})()`
