"""Everyday business text in many languages, and the old encodings each was written in. Ours, no quotation."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "norwegian": (
        "Kjøperen betaler beløpet innen tretti dager. Årsmøtet vedtok å øke prisen på kjøtt, melk og brød.\n"
        "Selgeren står for frakt til Ålesund og Tromsø, og skader meldes på et eget skjema før fristen går ut.",
        ("cp1252", "iso8859_1", "iso8859_15", "cp850", "mac_roman"),
    ),
    "swedish": (
        "Köparen betalar beloppet inom trettio dagar. Årsmötet beslutade att höja priset på kött, mjölk och bröd.\n"
        "Säljaren står för frakten till Malmö och Örebro, och skador anmäls på särskild blankett.",
        ("cp1252", "iso8859_1", "cp850", "mac_roman"),
    ),
    "finnish": (
        "Ostaja maksaa kauppahinnan kolmenkymmenen päivän kuluessa. Hyväksymme tämän myös Jyväskylässä.\n"
        "Myyjä järjestää kuljetuksen Hämeenlinnaan, ja virheistä on ilmoitettava viipymättä määräajassa.",
        ("cp1252", "iso8859_1", "cp850"),
    ),
    "german": (
        "Der Käufer überweist den Betrag binnen dreißig Tagen. Für verspätete Zahlungen gelten höhere Gebühren.\n"
        "Die Ware verlässt das Lager in München erst nach Prüfung; größere Mängel müssen schriftlich gerügt werden.",
        ("cp1252", "iso8859_1", "iso8859_15", "cp850", "cp437", "mac_roman"),
    ),
    "french": (
        "L'acheteur règle le montant dans un délai de trente jours. Les pénalités dues à un retard sont précisées ci-après.\n"
        "Le siège de la société a été transféré à Orléans ; l'arrêté reçu en août ne s'applique plus où que ce soit.",
        ("cp1252", "iso8859_1", "iso8859_15", "cp850", "mac_roman"),
    ),
    "spanish": (
        "El comprador pagará el importe en un plazo de treinta días. ¿Cuándo vence la garantía? Al año de la compañía.\n"
        "La dirección envió además un informe técnico sobre daños, según la cláusula número tres del título único.",
        ("cp1252", "iso8859_1", "cp850", "mac_roman"),
    ),
    "portuguese": (
        "O comprador pagará o montante no prazo de trinta dias. As condições não se aplicam à região de São Paulo.\n"
        "A comissão também avaliará as alterações propostas, após a reunião de março, em três países.",
        ("cp1252", "iso8859_1", "cp850", "mac_roman"),
    ),
    "italian": (
        "L'acquirente pagherà l'importo entro trenta giorni. La società è responsabile della qualità, perché così è scritto.\n"
        "Più tardi si potrà chiedere una proroga, ma ciò non riguarda le città di Forlì e Cantù.",
        ("cp1252", "iso8859_1", "cp850", "mac_roman"),
    ),
    "dutch": (
        "De koper betaalt het bedrag binnen dertig dagen. Eén exemplaar gaat naar België, tweeëntwintig blijven hier.\n"
        "De coördinatie van financiële reünies wordt geïnd door drieëndertig ondernemingen.",
        ("cp1252", "iso8859_1", "cp850"),
    ),
    "icelandic": (
        "Kaupandi greiðir fjárhæðina innan þrjátíu daga. Samþykkt var að hækka verð á kjöti og mjólk.\n"
        "Seljandi sér um flutning til Ísafjarðar og Egilsstaða, og skemmdir skal tilkynna skriflega.",
        ("cp1252", "iso8859_1"),
    ),
    "polish": (
        "Kupujący zapłaci należność w ciągu trzydziestu dni. Spółka zastrzega sobie prawo do odsetek za opóźnienie.\n"
        "Sprzedawca zapewnia przewóz do Łodzi i Gdańska, a szkody zgłasza się na piśmie przed upływem terminu.",
        ("cp1250", "iso8859_2", "cp852"),
    ),
    "czech": (
        "Kupující zaplatí částku do třiceti dnů. Společnost si vyhrazuje právo na úroky z prodlení.\n"
        "Prodávající zajistí přepravu do Plzně a Českých Budějovic, škody se hlásí písemně před uplynutím lhůty.",
        ("cp1250", "iso8859_2", "cp852"),
    ),
    "slovak": (
        "Kupujúci zaplatí čiastku do tridsiatich dní. Spoločnosť si vyhradzuje právo na úroky z omeškania.\n"
        "Predávajúci zabezpečí prepravu do Košíc a Žiliny, škody sa hlásia písomne pred uplynutím lehoty, tŕň a vôľa.",
        ("cp1250", "iso8859_2", "cp852"),
    ),
    "hungarian": (
        "A vevő a vételárat harminc napon belül fizeti meg. A késedelmes fizetés után kamatot kell fizetni.\n"
        "Az eladó gondoskodik a szállításról Győrbe és Szegedre; a hibákat írásban, a határidő lejárta előtt kell jelezni.",
        ("cp1250", "iso8859_2", "cp852"),
    ),
    "romanian": (
        "Cumpărătorul plăteşte suma în termen de treizeci de zile. Societatea îşi rezervă dreptul la dobânzi.\n"
        "Vânzătorul asigură transportul la Braşov şi Constanţa, iar pagubele se anunţă în scris înainte de scadenţă.",
        ("cp1250", "iso8859_2"),
    ),
    "croatian": (
        "Kupac će platiti iznos u roku od trideset dana. Društvo zadržava pravo na kamate zbog kašnjenja.\n"
        "Prodavač osigurava prijevoz do Čakovca i Šibenika, a štete se prijavljuju pismeno, što je već dogovoreno.",
        ("cp1250", "iso8859_2", "cp852"),
    ),
    "lithuanian": (
        "Pirkėjas sumoka sumą per trisdešimt dienų. Įmonė pasilieka teisę į palūkanas už vėlavimą.\n"
        "Pardavėjas pasirūpina pervežimu į Šiaulius ir Panevėžį, o žala pranešama raštu iki termino pabaigos, kaip įprasta.",
        ("cp1257", "iso8859_13"),
    ),
    "latvian": (
        "Pircējs samaksā summu trīsdesmit dienu laikā. Uzņēmums patur tiesības uz procentiem par kavējumu.\n"
        "Pārdevējs nodrošina pārvadāšanu uz Liepāju un Rēzekni, bet bojājumus piesaka rakstiski līdz termiņa beigām.",
        ("cp1257", "iso8859_13"),
    ),
    "estonian": (
        "Ostja tasub summa kolmekümne päeva jooksul. Ühing jätab endale õiguse viivisele, kui tähtaeg möödub.\n"
        "Müüja korraldab veo Võrru ja Põltsamaale, kahjudest teatatakse kirjalikult enne tähtaja lõppu.",
        ("cp1257", "cp1252", "iso8859_15"),
    ),
    "turkish": (
        "Alıcı tutarı otuz gün içinde öder. Şirket gecikme faizi hakkını saklı tutar, değişiklikler yazılı yapılır.\n"
        "Satıcı Eskişehir ve Muğla'ya taşımayı üstlenir; hasarlar süre dolmadan önce bildirilmelidir.",
        ("cp1254", "iso8859_9", "cp857"),
    ),
    "russian": (
        "Покупатель оплачивает сумму в течение тридцати дней. Общество сохраняет право на проценты за просрочку.\n"
        "Продавец обеспечивает перевозку в Тверь и Самару, об ущербе сообщают письменно до истечения срока.",
        ("cp1251", "koi8_r", "cp866", "iso8859_5", "mac_cyrillic"),
    ),
    "ukrainian": (
        "Покупець сплачує суму протягом тридцяти днів. Товариство зберігає право на відсотки за прострочення.\n"
        "Продавець забезпечує перевезення до Житомира й Харкова, про збитки повідомляють письмово, їхній розмір є важливим.",
        ("cp1251", "koi8_u"),
    ),
    "bulgarian": (
        "Купувачът заплаща сумата в срок от тридесет дни. Дружеството си запазва правото на лихви за забава.\n"
        "Продавачът осигурява превоза до Пловдив и Варна, а щетите се съобщават писмено преди изтичането на срока.",
        ("cp1251", "iso8859_5"),
    ),
    "serbian": (
        "Купац ће платити износ у року од тридесет дана. Друштво задржава право на камате због кашњења.\n"
        "Продавац обезбеђује превоз до Ниша и Суботице, а штете се пријављују писмено пре истека рока, што је већ договорено.",
        ("cp1251", "iso8859_5"),
    ),
    "greek": (
        "Ο αγοραστής καταβάλλει το ποσό εντός τριάντα ημερών. Η εταιρεία διατηρεί το δικαίωμα σε τόκους υπερημερίας.\n"
        "Ο πωλητής εξασφαλίζει τη μεταφορά στη Λάρισα και στα Χανιά, ενώ οι ζημίες δηλώνονται εγγράφως πριν τη λήξη.",
        ("cp1253", "iso8859_7"),
    ),
    "hebrew": (
        "הקונה ישלם את הסכום בתוך שלושים יום. החברה שומרת לעצמה את הזכות לריבית פיגורים.\n"
        "המוכר ידאג להובלה לחיפה ולבאר שבע, ועל נזקים יש להודיע בכתב לפני תום המועד.",
        ("cp1255", "iso8859_8"),
    ),
    "arabic": (
        "يدفع المشتري المبلغ خلال ثلاثين يوما. وتحتفظ الشركة بحقها في الفوائد عند التأخير.\n"
        "ويتكفل البائع بالنقل إلى الإسكندرية وحلب، ويجب الإبلاغ عن الأضرار كتابة قبل انقضاء المهلة.",
        ("cp1256", "iso8859_6"),
    ),
    "thai": (
        "ผู้ซื้อต้องชำระเงินภายในสามสิบวัน บริษัทขอสงวนสิทธิ์ในดอกเบี้ยกรณีชำระล่าช้า\n"
        "ผู้ขายรับผิดชอบการขนส่งไปยังเชียงใหม่และขอนแก่น และต้องแจ้งความเสียหายเป็นลายลักษณ์อักษร",
        ("cp874", "tis_620"),
    ),
    "vietnamese": (
        "Người mua thanh toán số tiền trong vòng ba mươi ngày. Công ty giữ quyền tính lãi khi chậm trả.",
        (),
    ),
    "japanese": (
        "買主は三十日以内に代金を支払うものとする。会社は遅延利息を請求する権利を留保します。\n"
        "売主は大阪および札幌までの運送を手配し、損害については期限までに書面で通知してください。",
        ("cp932", "euc_jp", "iso2022_jp"),
    ),
    "chinese": (
        "买方应在三十天内支付货款。公司保留收取逾期利息的权利。\n"
        "卖方负责运输到南京和成都，货物损坏须在期限届满之前以书面形式通知对方。",
        ("gb18030", "gb2312"),
    ),
    "taiwanese": (
        "買方應在三十天內支付貨款。公司保留收取逾期利息的權利。\n"
        "賣方負責運輸到臺北和高雄，貨物損壞須在期限屆滿之前以書面形式通知對方。",
        ("big5", "cp950"),
    ),
    "korean": (
        "매수인은 삼십 일 이내에 대금을 지급하여야 한다. 회사는 지연 이자를 청구할 권리를 보유합니다.\n"
        "매도인은 부산과 대전까지 운송을 책임지며, 손해는 기한 전에 서면으로 알려야 합니다.",
        ("cp949", "euc_kr"),
    ),
    "english": (
        "The buyer pays the amount within thirty days \u2013 no later. \u201cForce majeure\u201d isn\u2019t covered\u2026\n"
        "Price: \u00a320, \u20ac15 per m, at 20 \u00b0C; \u00a9 Acme Caf\u00e9, clause \u00a7 4.",
        ("cp1252", "mac_roman"),
    ),
}
"""Language to its text and the encodings it came in before UTF-8."""

UNICODE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")
