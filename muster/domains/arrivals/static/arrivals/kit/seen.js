// What is seen at the barrier, and the least that follows from it without the risk list: rules/checkpoints.py has the whole.
const ORDER = ["pass", "test", "wait", "home", "site"];

/** One person, as the form says. */
export function person(form) {
  const one = { code: form.code.value, negative: form.negative.checked, complaints: form.complaints.checked };
  for (const name of ["booking", "name", "phone", "number"]) {
    const said = form.elements[name].value.trim();
    if (said) one[name] = said;
  }
  return one;
}

/** Whether the first is stricter; who is sent back is not let in, so nothing is. */
export function stricter(one, other) {
  return other !== "turn_back" && ORDER.indexOf(one) > ORDER.indexOf(other);
}

function least({ code, negative, complaints }, goods) {
  if (complaints || code === "red") return "wait";
  if (goods) return negative ? "pass" : "test";
  if (code === "yellow") return negative ? "test" : "wait";
  return code === "none" || !negative ? "test" : "pass";
}

/** Of everybody in a vehicle, the most. */
export function leastOf(people, goods) {
  return people.map((one) => least(one, goods)).reduce((most, each) => (stricter(each, most) ? each : most), "pass");
}
