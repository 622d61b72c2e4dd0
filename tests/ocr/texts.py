"""What the pages of the OCR measurement say: our own words, so that the truth is known to the letter.

A page is a list of blocks in reading order. `columns` sets what follows in two columns until the next `wide`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Block:
    """`kind` is title, text, table, columns or wide; a table's rows are cells, the first column left, the others right."""

    kind: str
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Sheet:
    """One page: its name, the font families to look for (the first one found is taken), the size in points, its blocks."""

    name: str
    fonts: tuple[str, ...]
    size: float
    blocks: tuple[Block, ...]

    @property
    def truth(self) -> str:
        """The page's text in reading order, white space made single blanks."""
        parts = []
        for block in self.blocks:
            parts += [" ".join(row) for row in block.rows] if block.rows else [block.text]
        return " ".join(" ".join(parts).split())


SERIF = ("LiberationSerif-Regular", "FreeSerif", "DejaVuSerif")
SANS = ("LiberationSans-Regular", "DejaVuSans")
WIDE = ("DejaVuSans", "LiberationSans-Regular")
MONO = ("LiberationMono-Regular", "DejaVuSansMono")

PROSE = (
    "The cold store at the north gate is inspected twice a day, at 07:15 and at 19:45. Whoever inspects "
    "it writes the temperature, the time and his or her initials into the book beside the door; a reading "
    "above -18 °C is reported to the shift leader at once, by telephone, and not at the end of the shift. "
    "A door that has stood open for more than four minutes counts as an incident even where the "
    "temperature has held.",
    "Goods that arrive without papers are set apart in bay 4 and marked with a yellow card. They are "
    "neither refused nor accepted until the purchasing office (extension 2270) has answered. If no answer "
    "comes within two working days, the carrier takes them back at the sender's cost, and the reason is "
    'noted as "no papers" in the list of returns.',
    "Nobody works alone in the store. The alarm cord runs along the left wall, 40 cm above the floor, so "
    "that a person who lies there can reach it; it is tested on the first Monday of each month. In 2025 "
    "it was pulled three times, twice by mistake and once because a pallet had slipped from the third "
    "shelf.",
    "Questions about these rules go to Margaret Ellison, facility manager, or to her deputy, J. O'Brien. "
    "Proposals are welcome: the last revision took up nine of the fourteen that were made, among them the "
    "lamp above the inner handle.",
)

LETTER = Sheet(
    "letter",
    SERIF,
    11,
    (
        Block("text", "Harbour Logistics Ltd, 14 Quay Street, Bristol BS1 4QA"),
        Block("text", "3 March 2026"),
        Block("title", "Rules for the cold store"),
        *(Block("text", paragraph) for paragraph in PROSE),
        Block("text", "With kind regards, Margaret Ellison"),
    ),
)

INVOICE = Sheet(
    "invoice",
    SANS,
    10,
    (
        Block("title", "Invoice 2026-0417"),
        Block("text", "Northfield Instruments Inc., 220 Mill Road, Suite 9, Portland, OR 97209"),
        Block("text", "Invoice date: 04/17/2026. Due date: 05/17/2026. Customer number: C-88120. VAT ID: US 93-1184207."),
        Block(
            "table",
            rows=(
                ("Description", "Quantity", "Unit price", "Amount"),
                ("Pressure gauge PG-400", "12", "84.50", "1,014.00"),
                ("Calibration certificate", "12", "19.95", "239.40"),
                ("Stainless fitting 1/4 inch", "48", "3.15", "151.20"),
                ("Replacement seal, type B", "60", "0.87", "52.20"),
                ("Express freight", "1", "46.00", "46.00"),
                ("Subtotal", "", "", "1,502.80"),
                ("Sales tax 8.25 %", "", "", "123.98"),
                ("Total due", "", "", "1,626.78"),
            ),
        ),
        Block(
            "text",
            "Please pay within 30 days to account 4410 2296 0087 1153, routing number 026009593, and quote the "
            "number of this invoice. A discount of 2 % is granted for payment within 10 days of the invoice date.",
        ),
        Block(
            "text",
            "Goods remain our property until they are paid for in full. Complaints about quantity or condition "
            "must reach us in writing within 7 days of delivery: claims@northfield.example, telephone +1 (503) "
            "555-0142.",
        ),
    ),
)

GERMAN = Sheet(
    "german",
    WIDE,
    9.5,
    (
        Block("title", "Prüfbericht über die Kühlanlage"),
        Block(
            "text",
            "Die Anlage wurde am 12. Februar 2026 in Gegenwart des Betreibers geprüft. Sämtliche Meßwerte liegen "
            "innerhalb der zulässigen Grenzen; lediglich der Füllstand des Kältemittels mußte um 0,8 kg ergänzt "
            "werden. Das Überdruckventil öffnete bei 21,5 bar und schloß bei 19,7 bar.",
        ),
        Block(
            "text",
            "Für die nächste Prüfung sind folgende Unterlagen bereitzuhalten: das Wartungsbuch, die Bescheinigung "
            "über die Dichtheitsprüfung sowie die Schaltpläne in der jeweils gültigen Fassung. Änderungen an der "
            "Steuerung bedürfen der schriftlichen Zustimmung des Herstellers.",
        ),
        Block(
            "text",
            "Die Größe der Stellfläche beträgt 46,20 m², die lichte Höhe 3,10 m. Außerhalb der Öffnungszeiten ist "
            "der Zugang durch das Tor an der Weißgerberstraße möglich; der Schlüssel liegt beim Pförtner.",
        ),
        Block("text", "Straße und Hausnummer: Weißgerberstraße 17, 04109 Leipzig. Prüfer: Dipl.-Ing. Jürgen Möller."),
    ),
)

FRENCH = Sheet(
    "french",
    SERIF,
    12,
    (
        Block("title", "Procès-verbal de réception"),
        Block(
            "text",
            "Le présent procès-verbal a été établi le 9 février 2026 à Besançon, en présence du maître d'œuvre et "
            "de l'entreprise. Les travaux exécutés sont conformes au marché, à l'exception des réserves énumérées "
            "ci-après.",
        ),
        Block(
            "text",
            "La porte du local technique ne ferme pas complètement ; la poignée côté intérieur doit être "
            "remplacée. Le câble d'alimentation de la pompe n'a pas été repéré. L'étanchéité de la toiture sera "
            "contrôlée à nouveau après les prochaines pluies, au plus tôt le 1er mars.",
        ),
        Block(
            "text",
            "L'entreprise s'engage à lever ces réserves dans un délai de trente jours. À défaut, le maître de "
            "l'ouvrage pourra les faire exécuter aux frais de celle-ci, après mise en demeure restée sans effet. "
            "Montant retenu : 4 850,00 euros.",
        ),
    ),
)

COLUMNS = Sheet(
    "columns",
    SERIF,
    10,
    (
        Block("title", "Bulletin of the harbour board, number 31"),
        Block("columns"),
        Block(
            "text",
            "The board met on 20 January and heard the report of the dredging works. Between October and December "
            "38,400 cubic metres were taken from the eastern basin, which is now 9.2 metres deep at low water.",
        ),
        Block(
            "text",
            "Two berths were closed for eleven days because the pontoon had come loose in the storm of 3 "
            "November. The repair cost less than was feared, since the anchors could be used again.",
        ),
        Block(
            "text",
            "The tide tables for the coming year have been printed and can be had at the office for a small fee. "
            "Members receive them by post.",
        ),
        Block("columns"),
        Block(
            "text",
            "From the first of April the ferry to the island leaves every forty minutes instead of every hour. "
            "The last boat returns at 22:10, on Saturdays at 23:30.",
        ),
        Block(
            "text",
            "The board thanks the volunteers who cleared the northern beach after the spill. In three weeks they "
            "filled 610 bags, and not one of them asked for anything but gloves and hot tea.",
        ),
        Block(
            "text",
            "The next meeting is on 17 March at half past six in the old customs house. Guests are welcome; the "
            "agenda hangs beside the entrance a week before.",
        ),
        Block("wide"),
        Block("text", "Printed for the harbour board. Corrections are to be sent to the secretary within fourteen days."),
    ),
)

REPORT = Sheet(
    "report",
    SANS,
    11,
    (
        Block("title", "3.2 Results of the second quarter"),
        Block(
            "text",
            "Revenue rose by 6.4 % to 18.72 million, chiefly because the new warehouse in Rotterdam reached its "
            "full capacity in May. Costs of energy fell for the third time in a row; costs of personnel rose with "
            "the agreement of 1 April.",
        ),
        Block(
            "table",
            rows=(
                ("Region", "Q1", "Q2", "Change"),
                ("North Sea", "7.91", "8.36", "5.7 %"),
                ("Baltic", "4.42", "4.75", "7.5 %"),
                ("Mediterranean", "3.18", "3.51", "10.4 %"),
                ("Inland ports", "2.08", "2.10", "1.0 %"),
            ),
        ),
        Block(
            "text",
            "The figures are in millions and have not been audited. Differences in the sums are due to rounding. "
            "The number of employees was 1,284 on 30 June, 37 more than a year before, of whom 212 work part "
            "time.",
        ),
        Block("title", "3.3 Outlook"),
        Block(
            "text",
            "For the second half of the year the management expects revenue between 37 and 39 million. The "
            "greatest risks are the price of fuel, the lock at Kiel, which will be closed for eight weeks, and "
            "the claim that is described in note 14.",
        ),
    ),
)

TERMS = Sheet(
    "terms",
    SANS,
    7,
    (
        Block("title", "General terms of delivery"),
        Block(
            "text",
            "1. These terms apply to every delivery and service of the seller. Terms of the buyer bind the seller "
            "only where the seller has agreed to them in writing; silence is no agreement. They also apply where "
            "the seller delivers in knowledge of terms that differ.",
        ),
        Block(
            "text",
            "2. Offers are open for 30 days. Drawings, weights and measures are approximate unless they are "
            "called binding. Prices are ex works (Incoterms 2020) and do not hold packing, freight, insurance or "
            "VAT.",
        ),
        Block(
            "text",
            "3. Payment is due 14 days after the date of the invoice. From the due date the seller may charge "
            "interest of 8.12 % a year. The buyer may set off only claims that are undisputed or that a court has "
            "found.",
        ),
        Block(
            "text",
            "4. Risk passes when the goods are handed to the carrier, also where the seller pays the freight. "
            "Damage in transit is to be reported to the carrier at once and to the seller within 3 days.",
        ),
        Block(
            "text",
            "5. Claims for defects lapse 12 months after delivery. The seller repairs or replaces at its choice; "
            "if it fails twice, the buyer may reduce the price or withdraw from the contract.",
        ),
    ),
)

SHEETS = (LETTER, INVOICE, GERMAN, FRENCH, COLUMNS, REPORT, TERMS)

FOREIGN = (
    Sheet(
        "Cyrillic",
        ("LiberationSerif-Regular", "DejaVuSerif"),
        11,
        (
            Block(
                "text",
                "Настоящий договор вступает в силу со дня его подписания сторонами и действует до тридцать первого "
                "декабря. Поставщик обязуется передать товар в срок, указанный в приложении, а покупатель обязуется "
                "принять и оплатить его.",
            ),
            Block(
                "text",
                "Все споры, возникающие из настоящего договора, решаются путём переговоров. Если соглашение не "
                "достигнуто, спор передаётся на рассмотрение суда по месту нахождения ответчика. Изменения "
                "оформляются письменно.",
            ),
        ),
    ),
    Sheet(
        "Greek",
        ("LiberationSerif-Regular", "DejaVuSerif"),
        11,
        (
            Block(
                "text",
                "Η παρούσα σύμβαση αρχίζει να ισχύει από την ημέρα της υπογραφής της και λήγει στο τέλος του έτους. Ο "
                "προμηθευτής υποχρεούται να παραδώσει τα εμπορεύματα μέσα στην προθεσμία που ορίζεται στο παράρτημα.",
            ),
            Block("text", "Κάθε διαφορά που προκύπτει από την σύμβαση επιλύεται με διαπραγματεύσεις μεταξύ των μερών."),
        ),
    ),
    Sheet(
        "Arabic",
        ("NotoSansArabic-Regular", "DejaVuSans"),
        12,
        (
            Block(
                "text",
                "يبدأ العمل بهذا العقد من تاريخ التوقيع عليه من قبل الطرفين ويستمر حتى نهاية السنة. يلتزم المورد "
                "بتسليم البضائع في الموعد المحدد في الملحق ويلتزم المشتري باستلامها ودفع ثمنها.",
            ),
            Block("text", "تحل جميع الخلافات الناشئة عن هذا العقد عن طريق التفاوض بين الطرفين قبل اللجوء إلى المحكمة."),
        ),
    ),
    Sheet(
        "Hebrew",
        ("NotoSansHebrew-Regular", "DejaVuSans"),
        12,
        (
            Block(
                "text",
                "הסכם זה ייכנס לתוקף ביום חתימתו על ידי הצדדים ויעמוד בתוקפו עד סוף השנה. הספק מתחייב למסור את הסחורה "
                "במועד הקבוע בנספח והקונה מתחייב לקבל אותה ולשלם עבורה.",
            ),
            Block("text", "כל מחלוקת הנובעת מהסכם זה תיושב במשא ומתן בין הצדדים לפני פנייה לבית המשפט."),
        ),
    ),
    Sheet(
        "Devanagari",
        ("NotoSansDevanagari-Regular",),
        12,
        (
            Block(
                "text",
                "यह समझौता दोनों पक्षों के हस्ताक्षर के दिन से लागू होगा और वर्ष के अंत तक मान्य रहेगा। आपूर्तिकर्ता "
                "अनुबंध में दी गई तारीख तक माल देने के लिए बाध्य है और खरीदार उसे स्वीकार करने के लिए।",
            ),
        ),
    ),
    Sheet(
        "Thai",
        ("NotoSansThai-Regular",),
        12,
        (
            Block(
                "text",
                "สัญญานี้มีผลบังคับใช้ตั้งแต่วันที่ลงนาม โดยทั้งสองฝ่าย และสิ้นสุดในวันสิ้นปี ผู้ขายต้องส่งมอบสินค้า "
                "ภายในเวลาที่กำหนดไว้ ในภาคผนวก และผู้ซื้อต้องรับมอบ และชำระเงิน",
            ),
        ),
    ),
)
"""Pages in scripts the models do not know: to be said, not to be read."""
