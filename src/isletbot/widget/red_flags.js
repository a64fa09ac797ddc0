// Words that cannot wait for an answer that is still being made. The server's rules decide; each phrase here is caught by them too.

const PHRASES = [
  "unconscious", "wont wake up", "cant wake", "not waking up", "unresponsive", "passed out", "collapsed", "no pulse",
  "not breathing", "stopped breathing", "cant breathe", "cannot breathe", "can not breathe", "trouble breathing", "struggling to breathe",
  "chest pain", "chest hurts", "pain in my chest", "heart attack", "having a stroke", "face is drooping", "slurred speech",
  "a seizure", "seizing", "convulsing", "cant swallow", "choking", "throat is closing", "tongue is swelling", "turning blue",
  "lips are blue", "bleeding a lot", "wont stop bleeding", "vomiting blood", "ketones are high", "call an ambulance", "need an ambulance",
  "call 911", "took too much insulin", "overdosed on insulin", "want to die", "kill myself", "end my life", "suicidal", "hurt myself",
  "bewusstlos", "ohnmächtig", "atmet nicht", "keine luft", "brustschmerzen", "herzinfarkt", "schlaganfall", "krampfanfall",
  "ruft einen krankenwagen", "brauche einen notarzt", "überdosis", "mich umbringen", "nicht mehr leben",
  "está inconsciente", "no puedo respirar", "no puede respirar", "dolor de pecho", "dolor en el pecho", "infarto", "convulsion",
  "llamen una ambulancia", "sobredosis", "quiero morir", "matarme", "suicidarme",
  "est inconscient", "peux pas respirer", "douleur à la poitrine", "mal à la poitrine", "crise cardiaque", "besoin d’une ambulance",
  "surdosage", "veux mourir", "envie de mourir",
  "desmaiou", "não consigo respirar", "dor no peito", "ataque cardíaco", "preciso de ambulância", "quero morrer", "me matar",
  "فاقد الوعي", "لا يتنفس", "لا أستطيع التنفس", "نوبة قلبية", "ألم في الصدر", "نزيف", "أريد أن أموت", "اتصلوا بالإسعاف",
];

/** Lower case, no accents, no apostrophes, one blank between words, as the server's rules read. */
function simplify(text) {
  return ` ${text.normalize("NFKD").toLowerCase().replace(/[\p{M}\p{Cf}'’‘]/gu, "").replace(/[^\p{L}\p{N}]+/gu, " ").trim()}`;
}

const FLAGS = PHRASES.map(simplify);

export function hasRedFlag(text) {
  const said = simplify(text);
  return FLAGS.some((flag) => said.includes(flag));
}
