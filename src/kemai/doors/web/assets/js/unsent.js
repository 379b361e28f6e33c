/* Entries that could not be sent, kept on this machine for one person until they are, or until he signs out. */
const MOST = 50;

export function waiting(person) {
  try {
    return JSON.parse(localStorage.getItem(place(person)) ?? "[]");
  } catch {
    return [];
  }
}

export function keep(person, entry) {
  store(person, [...waiting(person).filter((one) => one.key !== entry.key), entry].slice(-MOST));
}

export function take(person, key) {
  const found = waiting(person).find((one) => one.key === key);
  forget(person, key);
  return found;
}

/* One entry, or all of the person's. */
export function forget(person, key = null) {
  store(person, key === null ? [] : waiting(person).filter((one) => one.key !== key));
}

function store(person, entries) {
  if (entries.length) localStorage.setItem(place(person), JSON.stringify(entries));
  else localStorage.removeItem(place(person));
}

function place(person) {
  return `kemai.log.${person}`;
}
