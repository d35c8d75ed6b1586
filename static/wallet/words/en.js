/** The wallet's words in English; they are part of the wallet and never come from the server. */

/** @type {(count: number, one: string, more: string) => string} */
const plural = (count, one, more) => `${count.toLocaleString("en-GB")} ${count === 1 ? one : more}`;
/** @type {(count: number | null) => string} */
const toHolders = (count) => (count === null ? "to the holders of a list" : `to ${plural(count, "first holder", "first holders")}`);

export const words = {
  language: "en",
  comma: ", ",
  yourWallet: "your wallet",
  /** @param {string} label */
  yourLabel: (label) => `your label: “${label}”`,
  /** @type {(quantity: string, asset: string) => string} */
  smallestUnits: (quantity, asset) => `${quantity} smallest units of ${asset}`,
  /** @param {number} count */
  holdings: (count) => plural(count, "holding", "holdings"),
  /** @type {(m: number, n: number) => string} */
  mOfN: (m, n) => `${m} of ${n} people sign`,
  /** @param {string} currency */
  noPar: (currency) => `no par value, in ${currency}`,
  /** @param {number} chunks */
  listOf: (chunks) => `a lodged list of up to ${(chunks * 500).toLocaleString("en-GB")} rows`,
  /** @param {string} readers */
  noteFor: (readers) => `sealed to ${readers}`,
  unknownAct: "an act that could not be shown",

  titles: {
    transfer: "Transfer",
    keep: "To yourself",
    propose: /** @type {Record<string, string>} */ ({
      register: "Propose an initial registration",
      increase: "Propose a capital increase",
      decrease: "Propose a capital decrease",
      withdraw: "Propose a withdrawal",
      amend: "Propose an amendment",
      admit: "Propose an admission",
      suspend: "Propose a suspension",
    }),
    approve: "Approve",
    refuse: "Refuse",
    retract: "Take a proposal back",
    attest: "Identity claim",
    revoke: "Revoke a claim",
    rotateCard: "Change of key",
    rotateSeal: "New key for sealed notes",
    govern: "Network decision",
    unknown: "Not to be signed",
  },

  /** @param {{amount: string, who: string}[]} parts */
  transferTo: (parts) =>
    parts.length === 1
      ? `Transfer ${parts[0].amount} to ${parts[0].who}.`
      : `Transfer to ${parts.length} wallets: ${parts.map(({ amount, who }) => `${amount} to ${who}`).join("; ")}.`,
  /** @param {string} amounts */
  keep: (amounts) => `Send ${amounts} to yourself: nothing leaves your wallet, and what this consumes cannot be spent otherwise.`,
  /** @type {(act: string, notary: string) => string} */
  proposes: (act, notary) => `Propose ${act}. It takes effect once ${notary ? `the regulator and ${notary} as notary have` : "the regulator has"} approved it.`,
  /** @type {(role: string, act: string) => string} */
  approves: (role, act) => `Approve, as ${role}, ${act}.`,
  /** @type {(role: string, act: string, reason: string) => string} */
  refuses: (role, act, reason) => `Refuse, as ${role}, ${act}, because: ${reason}`,
  /** @param {string} act */
  retracts: (act) => `Take back your proposal of ${act}.`,
  /** @param {Record<string, string>} said */
  attests: (said) => `Declare as ${said.issuer} that the wallet ${said.wallet} belongs to a ${said.class} in ${said.country}, until ${said.until}.`,
  /** @param {Record<string, string>} said */
  letsAttest: (said) => `Confirm that ${said.issuer} may declare your wallet to belong to a ${said.class} in ${said.country}, until ${said.until}.`,
  /** @type {(wallet: string, reason: string) => string} */
  revokes: (wallet, reason) => `Take back the declaration about the wallet ${wallet}, because: ${reason}`,
  /** @param {string} wallet */
  rotatesCard: (wallet) => `Replace the key of ${wallet}. Its address stays the same.`,
  /** @type {(epoch: string, wallet: string) => string} */
  rotatesSeal: (epoch, wallet) => `Publish the key by which notes are sealed to ${wallet} in ${epoch}.`,
  /** @param {string} decision */
  governs: (decision) => `Decide for the network: ${decision}.`,

  acts: {
    /** @type {(instrument: string, quantity: string, holders: number | null) => string} */
    register: (instrument, quantity, holders) => `the initial registration of ${instrument}: ${quantity} units ${toHolders(holders)}`,
    /** @type {(amount: string, holders: number | null) => string} */
    increase: (amount, holders) => `the issue of a further ${amount} ${toHolders(holders)}`,
    /** @type {(outputs: number, amount: string) => string} */
    decrease: (outputs, amount) => `the cancellation of ${plural(outputs, "holding", "holdings")}: ${amount}`,
    /** @type {(outputs: number, amount: string, destination: string) => string} */
    withdrawSome: (outputs, amount, destination) => `the withdrawal of ${plural(outputs, "holding", "holdings")}: ${amount}, to ${destination}`,
    /** @type {(instrument: string, destination: string) => string} */
    withdrawAll: (instrument, destination) => `the withdrawal of the whole instrument ${instrument}, to ${destination}`,
    /** @type {(instrument: string, what: string) => string} */
    amend: (instrument, what) => `the amendment of ${instrument}: ${what}`,
    /** @type {(name: string, roles: string) => string} */
    admit: (name, roles) => `the admission of ${name} as ${roles}`,
    /** @param {string} who */
    suspend: (who) => `the suspension of ${who}`,
  },

  governActs: {
    /** @type {(version: number, height: number) => string} */
    upgrade: (version, height) => `protocol version ${version} is in force from block ${height.toLocaleString("en-GB")} on`,
    /** @param {string} name */
    nodeKey: (name) => `the validator ${name} goes on with another key`,
    /** @type {(...names: string[]) => string} */
    roles: (csd, regulator, bank) => `the depository is ${csd}, the regulator ${regulator}, the central bank ${bank}`,
    /** @type {(name: string, institution: string) => string} */
    add: (name, institution) => `the node ${name} of ${institution} votes from now on`,
    /** @param {string} name */
    remove: (name) => `the node ${name} votes no longer`,
  },

  rule: {
    /** @param {string} issuers */
    claims: (issuers) => `Whoever receives needs a valid identity claim of ${issuers}.`,
    /** @param {string} classes */
    classes: (classes) => `Only for: ${classes}.`,
    /** @param {string} countries */
    countries: (countries) => `Only for holders in ${countries}.`,
    /** @param {string} time */
    lockUp: (time) => `Nothing moves before ${time}.`,
    /** @param {string} count */
    maxHolders: (count) => `At most ${count} holders.`,
    /** @param {string} units */
    maxPerHolder: (units) => `No holder may have more than ${units} units.`,
    none: "No rule limits who may hold it or how much.",
  },

  warnings: {
    expired: "Its time has passed: nobody can commit it any more.",
    /** @param {string} time */
    staleProofs: (time) => `The newest proof that this node gave is of ${time}.`,
    /** @type {(height: number, time: string) => string} */
    oldState: (height, time) =>
      `This portal shows an old state: this browser has seen block ${height.toLocaleString("en-GB")} of ${time} already.`,
    /** @type {(height: number, seen: string, shown: string) => string} */
    fork: (height, seen, shown) =>
      `The validators have signed two different blocks at height ${height.toLocaleString("en-GB")}: ${seen}, which this browser has seen, and now ${shown}. That is evidence of a fork. Sign nothing; tell your network's operators.`,
    /** @param {number} height */
    otherValidators: (height) =>
      `This node shows other validators than those of block ${height.toLocaleString("en-GB")}, which this browser has seen: it is far behind, or shows another past. Sign nothing with it; use another node.`,
    /** @param {string} isin */
    unprovenInstrument: (isin) => `Name and decimals of ${isin} could not be proven: quantities are in smallest units.`,
    /** @param {number} count */
    unprovenOutputs: (count) => `Of ${plural(count, "holding", "holdings")} the quantity could not be proven to you.`,
    otherVersion: "The instrument has changed since this was written.",
    /** @param {string} label */
    label: (label) => `“${label}” is your own label: compare the whole address with the one you were given.`,
    /** @param {string} who */
    suspended: (who) => `${who} is suspended.`,
    strangeNote: "It carries a sealed note whose words were not written on this page.",
    unknownAct: "The act itself could not be shown, or it is not the one that would be signed for.",
    oldKey: "From then on the old key signs nothing.",
    /** @param {string} kind */
    unknownKind: (kind) => `This wallet does not know the kind “${kind}”, so it does not sign it.`,
    /** @param {string} chain */
    otherChain: (chain) => `It is of another network (${chain}) than this wallet.`,
    malformed: "It is not of the form that the protocol gives it.",
  },

  labels: {
    to: "To", quantity: "Quantity", backToYou: "Stays in your wallet", consumes: "Consumes", note: "Sealed note",
    noteReader: "Can read the note", validUntil: "Valid until", network: "Network", proposer: "Proposer", notary: "Notary",
    deadline: "Deadline for approvals", reason: "Reason", role: "Your role", proposal: "Proposal", basis: "Digest of the act",
    wallet: "Wallet", claimIssuer: "Claim issuer", investorClass: "Investor class", country: "Country", holder: "Holder number",
    until: "Until", from: "From", epoch: "Quarter", sealKey: "Key to seal", signKey: "Key to sign", card: "Card", signer: "Signs",
    shortName: "Short name", authorised: "Authorised", newAuthorised: "Authorised, new", decimals: "Decimals", nominal: "Nominal value",
    further: "Further units", version: "Version judged", owner: "Owner", output: "Holding", instrument: "Instrument",
    destination: "Goes on at", name: "Name", roles: "Roles", participant: "Participant", firstHolder: "First holder",
    firstHolders: "First holders", listRoot: "Digest of the list", lockedUntil: "Locked until", rule: "Rule", protocol: "Protocol version",
    fromBlock: "From block", institution: "Institution", nodeKey: "Node key", validator: "Validator",
    /** @param {string} title */
    document: (title) => `Document: ${title}`,
    /** @param {string} label */
    unchanged: (label) => `${label} – unchanged`,
    untilNow: (label) => `${label} – until now`,
  },
  amendable: /** @type {Record<string, string>} */ ({
    cfi: "type (CFI)", documents: "documents", fisn: "short name", lei: "issuer (LEI)", rules: "rules", terms: "terms in words",
  }),
  nothing: "none any more",
  roles: /** @type {Record<string, string>} */ ({
    csd: "central securities depository", regulator: "regulator", exchange: "exchange", central_bank: "central bank",
    issuer: "issuer", notary: "notary", claim_issuer: "claim issuer", broker: "broker", bank: "bank",
    ccp: "central counterparty", observer: "observer",
  }),
  classes: /** @type {Record<string, string>} */ ({ RETL: "retail investor", PROF: "professional investor", ELIG: "eligible counterparty" }),

  review: {
    checking: "Checking what this is about …",
    proven: /** @type {(height: string, time: string) => string} */ (height, time) => `Names and decimals proven by the validators' signatures, as of block ${height}, ${time}.`,
    details: "Exactly what you sign",
    id: "Transaction",
    sign: "Sign", cancel: "Do not sign", passphrase: "Passphrase of your wallet", wallet: "Wallet",
    unlock: "Unlock", unlockTitle: "Unlock your wallet", notNow: "Not now",
    noWallet: "There is no wallet in this browser. Under “Wallet” you create one, or restore yours from its backup file.",
    toWallet: "Create or restore one",
    notYours: "This asks for the signature of a wallet that is not in this browser. Under “Wallet” you restore it from its backup file.",
    wrongPassphrase: "That is not the passphrase of this wallet.",
    member: "You sign for your institution: your signature is one of those that it needs.",
  },
};
