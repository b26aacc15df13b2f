/**
 * Minor units by ISO 4217, List One ("current currency and funds"), as its maintenance agency SIX publishes it; this is its
 * state of 2026-01-01 (the lev has left, the Caribbean guilder and the Arab accounting dinar have come). Never asked of the
 * runtime: what `Intl` says comes from CLDR, which leaves out fillér and para that prices have, and changes with Node.
 *
 * Changing the minor units of a currency changes what stored amounts mean: it takes a migration (ADR 39).
 */
const codesByMinorUnits = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  2: `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU
    CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD
    KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO
    NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB
    TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG`,
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
} as const;

/**
 * How many decimals an amount in this currency has. Codes without a minor unit ("N.A.") are left out: no price of a
 * shop is in metals, bond market units, XDR, XSU, XUA, or in the codes for tests and for no currency.
 */
const current = new Map(
  Object.entries(codesByMinorUnits).flatMap(([units, codes]) =>
    codes.split(/\s+/).map((code) => [code, Number(units)] as const),
  ),
);

/** Left the list since this service took prices in them, or were never prices: what is stored can still be read. */
const former = new Map(
  ['ANG', 'BGN', 'CUC', 'HRK', 'SLL', 'XDR', 'XSU', 'ZWL'].map((code) => [code, 2] as const),
);

/** Whether new prices may be in this currency; codes are upper case. */
export const isCurrency = (code: string): boolean => current.has(code);

/** Undefined for a code that is no currency, and never was one here. */
export const minorUnitsOf = (currency: string): number | undefined =>
  current.get(currency) ?? former.get(currency);
