"""Texts with holes, of the kinds that firms and offices write; and texts without any personal data that look as if they had.

Holes: N a name, F a first name, L a family name; A an address, S a street, U a unit, Z a postal code, B a box. These are
labelled. O a firm, C a town, K a country, T a phrase in title case, P a phrase, X a named thing, J a job, D a date, M money,
H a telephone, E an electronic address, I a number, R a letter or Roman numeral, W a weekday: these are not, and stand there to
be told from the others.
"""

# One text a line; `/` stands for a line end.
CARRIERS = """
My name is {N}
my name is {F}
My name is {N} and I live at {A}.
Hello, this is {N} from {O}. Could you call me back on {H}?
Hi {F},//thanks for the {P}. We will send it to {A} by {W}.//Best regards,/{N}/{J}, {O}
Dear {N},//Thank you for your letter of {D}. Your {P} has been received.//Yours sincerely,/{N}
Dear Mr. {L},//please find enclosed the {P} for {O}.//Kind regards/{F} {L}/{O}/{A}
Dear {F},/as agreed with {N}, the {P} is moved to {W}.
Dear Customer,/your order {I} was shipped to {A}.
From: {N} <{E}>/To: {N} <{E}>/Cc: {F} {L}/Subject: {P}
From: {N}/Sent: {W}, {D}/To: {N}; {N}; {N}/Subject: RE: {T}
{N} wrote on {D}:
On {D}, {N} wrote:
Regards,/{N}
Thanks,/{F}
Cheers/{F}/{H}
Sincerely,/{N}/{J}/{O}
{N}/{O}/{A}/{H} office/{H} fax/{H} mobile
{N}/{J}/{A}/{E}
{N}//{A}/{H}-Office/{H}-Fax
Name: {N}/Address: {A}
Name: {N}/Date of birth: {D}/Address: {A}/Telephone: {H}
Name:    {N}/Address:    {A}/Email:   {E}
Full name: {N}/Occupation: {J}/Employer: {O}/Home address: {A}
First name: {F}/Last name: {L}/Street: {S}/Town: {C}/Postcode: {Z}/Country: {K}
Surname: {L}/Given names: {F}/Nationality: {K}/Place of birth: {C}
Patient: {N}/MRN: {I}/Physician: {N}/Admitted: {D}
Patient {N}, born {D}, was admitted with {P}.
The patient, {N}, reports {P} since {D}. Seen by {N}.
Applicant: {N}/Reference: {I}/Decision: {P}
Beneficiary: {N}/IBAN: {I}/Amount: {M}
Account holder: {N}/Billing address: {A}/Card: {I}
Tenant: {N}/Landlord: {O}/Premises: {A}/Rent: {M} a month
Bill to:/{N}/{A}//Invoice {I}/Date {D}/Amount due {M}
Ship to: {N}, {A}
Sold to {N}/{S}/{Z} {C}/{K}
Deliver to {A} and ask for {F}.
Please deliver the {P} to {A}
Please send the {P} to {S}, {C}.
I want to change my address to {A}
Please update my home address: {A}
I moved from {A} to {A} last {W}.
We moved our office to {S} in {C}.
Our new branch is at {S}, {C} {Z}.
She lives at {S} and works for {O}.
He lived at {S} in {C} until {D}.
{F} lives at {A}
What is your address? It is {A}
Where do you live? {S}, {C}
My post code is {Z}
My zip code is {Z}
the zip is {Z}, thanks
Come to {S}, {U}.
It is {U} on the left side.
Meet me at {S}, {U}, {C}.
The shop at {S} closes at six.
The {P} took place at {S} in {C}.
Turn left and stop at {S}.
Traffic must leave at {S} for the first two weeks.
Return address: {B}
Write to {O}, {B}
Write to {B}
Send the cheque to {B} before {D}.
{A}
{A}/{H}
{O}/{A}
{O}, {S}, {C}
{O} has its registered office at {A}.
{S}
{S} {U}
{N} {U} {S}/{C} {Z}
{N}, {A}, {H}
{N} ({H})
{N} <{E}>
{N}, {J} at {O}, said that the {P} was late.
{N}, the {J} of {O}, resigned on {D}.
{N} of {O} is the {J}.
The {J}, {N}, told reporters in {C} that {P} would rise.
According to {N}, {O} will open a plant in {C}.
"{P} is not the problem," said {N}.
"We are glad that {K} agreed," says {L}.
"I do not think so," {F} replied.
{O} named {N} as its new {J}.
{O} appointed {N} to succeed {N} as {J}.
{O} v. {L}
{L} v. {O}, decided {D}
In the matter of {N} and {O}
This agreement is made on {D} between {N}, residing at {A}, and {O}, a company of {K}.
THIS AGREEMENT is between {O} ("the Company") and {N} ("the Employee").
The witness, {N}, was sworn. Mr. {L} testified that the {P} was sold to {N} for {M}.
Signed by {N} in the presence of {N}
By: {N}/Title: {J}/Date: {D}
Prepared by: {N}/Reviewed by: {N}/Approved by: {N}
Author: {N}/Version: 1.2/Date: {D}
Contact person: {N}, {H}
Emergency contact: {F} {L} (spouse), {H}
Attendees: {N}, {N}, {N}
Present: {N} (chair), {N}, {N}; apologies: {N}
Minutes/Chair: {N}/{F} asked for the {P}. {F} will report by {D}.
Action: {F} to send the {P} to {N} by {W}.
{F} and {F} agreed to share the {P}.
{F} gave {F} the address: {S}, {C}
{F} told {N} that {F} had left {O}.
I spoke with {N} about the {P} yesterday.
Please ask {N} or {F} whether the {P} is ready.
Can you add {N} to my account as guardian?
For my son's policy please add {N} as beneficiary.
Please remove {N} from the list of {P}.
{F} is out of office until {D}; {F} covers for him.
{N} will give a talk on {P} at the conference.
{N} joined {O} in {D} as {J} and moved to {C}.
{N} is a {J} from {C}.
Mr. {L} is a forty year old man who was born in {C}.
Ms {L} has been with {O} since {D}.
Mrs. {L} called about {P}.
{L} began painting as a child and studied at {O} in {C}.
{L} was unhappy with the {P}.
{L} and {L} were the engineers of the {P}.
{L}'s theory of {P} was rejected.
{N}'s book about {P} sold well.
{N}'s {P} was found in {C}.
{N}'s son {F} works in {K}.
The {L} report was published on {D}.
The {L} family owned a {P} in {C}.
The song {T} was written by {N} and sung by {N}.
{T} is a film by {N}, starring {N} and {N}.
A novel by {N}, translated by {N}.
Unlike the {L} film, this one is about {P}.
Another {L} song, and a good one.
A tribute to {N}: we will miss you.
The {N} version is the best of all.
I am a big fan of {N}.
The role was played by {N} until {D}.
Directed by {N}, with {N} as {N}.
{N} won the race in {C} ahead of {N} of {K}.
{L} scored twice and {L} once as {X} won.
Congratulations to {F} and {F} on the birth of {F}!
Happy birthday, {F}!
Thank you {F}!
Hey {F}, do you have the {P}?
Yes, {F}. I do.
Who is {N}?
Is {F} there? No, {F} went to {C}.
{F}, {F} and {F} came too.
Call {F} on {H}.
Email {F} at {E}
I'm {F}, nice to meet you
it's {F} here, i lost my {P}
this is {N} calling about {P}
Mum said {F} is late again.
The killers of {N} were sentenced to life.
{N} was arrested in {C} on {D} for {P}.
{N} (born {D} in {C}) is a {J}.
{N} died on {D} in {C}. He leaves a wife, {F}, and two children, {F} and {F}.
References: {L}, {F}. {T}. {C}: {O}, 1998.
{L} et al. (2011) measured the {P}.
{L}, A., {L}, B. and {L}, C.: {T}
Name	Address	Telephone/{N}	{A1}	{H}/{N}	{A1}	{H}/{N}	{A1}	{H}
Customer	City	Balance/{N}	{C}	{M}/{N}	{C}	{M}/{N}	{C}	{M}
Employee	Job	Salary/{N}	{J}	{M}/{N}	{J}	{M}
id,name,street,city/1,{N1},{S1},{C}/2,{N1},{S1},{C}
No.	First name	Last name	Street	Postcode	Town/1	{F}	{L}	{S1}	{Z}	{C}/2	{F}	{L}	{S1}	{Z}	{C}
| Name | Department |/| {N} | {T} |/| {N} | {T} |
1. {N}/2. {N}/3. {N}
- {N} ({O})/- {N} ({O})
{N} - {J}/{N} - {J}
Witness 1: {N}/Witness 2: {N}
{F}: did you send the {P}?/{F}: yes, on {W}./{F}: thanks
{F}: "{P}?"/{F}: "Ask {F}, please."
{N}: The {P} is late./{N}: I know.
{N} of {O}, {N} of {O} and {N} were considered for the {P}.
Past winners include {N} of {O}, {N} and {N}.
People call me {F}, but my name is {N}.
everyone knows {F} as the {P}
The {N} exhibition in {C} closes on {W}.
Fans of {L} will like {L} too.
For {F}, who likes {P}.
Sehr geehrte Frau {L},/vielen Dank für Ihr Schreiben vom {D}./Mit freundlichen Grüßen/{N}
Sehr geehrter Herr {L}, die Rechnung {I} über {M} ist fällig.
Herr {N}, wohnhaft {A}, beantragt die Genehmigung.
Name: {N}/Anschrift: {A}/Geburtsdatum: {D}
Mein Name ist {N} und ich wohne in der {S}.
Bonjour {F},/merci pour votre message du {D}./Cordialement,/{N}
Madame {L}, votre dossier {I} est complet.
Nom : {L}/Prénom : {F}/Adresse : {A}
Je m'appelle {N} et j'habite {S} à {C}.
Estimado {F},/gracias por su carta./Saludos,/{N}
Nombre: {N}/Domicilio: {A}/Teléfono: {H}
Me llamo {N} y vivo en {S}, {C}.
Gentile {N},/la ringraziamo per la fattura {I}./Cordiali saluti/{N}
Nome: {N}/Indirizzo: {A}
Mi chiamo {N} e abito in {S}.
Geachte heer {L},/hierbij ontvangt u de factuur./Met vriendelijke groet,/{N}
Naam: {N}/Adres: {A}
Prezado {N},/segue o contrato./Atenciosamente,/{N}
Szanowny Panie {L},/dziękujemy za list./Z poważaniem/{N}
Imię i nazwisko: {N}/Adres: {A}
Hej {F},/tack för din faktura./Vänliga hälsningar/{N}
"""

PLAIN = """
What are my options?
Your {P} is overdue. Please pay {M} by {D}.
Dear Sir or Madam,/we refer to your {P} of {D}.
Dear Team,/please complete the {P} by {W}.
Dear Customer Service,/my {P} is broken.
Hi all,/the {P} moves to {W}.
{T}
{T}/{T}
{T} and {T}
1. {T}/1.1 {T}/1.2 {T}
{T}/{P} must be kept for {I} days.
{O} acquired {O} for {M}.
{O} and {O} signed a contract in {C}.
{O} opened an office in {C}, {K}.
{O} was founded in {C} in {D}.
Shares of {O} rose in {C} on {W}.
The Board of Directors of {O} approved the {T}.
The Chief Executive Officer and the Chief Financial Officer shall sign.
The {J} shall inform the {J} of any {P}.
Contact the {J} or the Help Desk.
Section {I} of the {T} Act applies in {K}.
Article {I}/{T}
Table {I}. {T}
Figure {I}: {T} by {P}
The {T} Committee met in {C} on {D}.
The Ministry of {T} of {K} issued a {P}.
I am flying to {C} on {W}.
We sell {P}, {P} and {P} in {C} and {C}.
The train from {C} to {C} was late.
{C} is the capital of {K}.
{K} and {K} signed the treaty in {C}.
The {X} was introduced in {K}.
I read about the {X} on {W}.
Do you speak the language of {K}?
Order {I}: 2 x {T}, {M}
Invoice number {I}, customer number {I}, total {M}
Ref. {I}/Date: {D}/Subject: {T}
Page {I} of {I}
Version {I}.{I}, {D}
Account number: {I}/Sort code: {I}
My card number is {I}
My phone is {H}
Call {H} between nine and five.
Write to {E}
Item	Quantity	Price/{T}	{I}	{M}/{T}	{I}	{M}
Product,Region,Sales/{T},{C},{M}/{T},{C},{M}
Q1 Q2 Q3 Q4/{M} {M} {M} {M}
Total Assets/Total Liabilities/Net Income
Please choose a {P} and press Enter.
Set the {P} to {I} and restart the {T}.
WARNING: {P} MAY CAUSE {P}
NOTICE: {T}
The Buyer shall pay the Seller {M} within {I} days.
"Confidential Information" means any {P} of the Company.
The Tenant shall keep the Premises in good repair.
The Data Controller is {O}.
Step {I}: Open the {T}. Step {I}: Close the {T}.
In {D} the {P} was {I} per cent.
The average {P} is {I} square metres, {I} years old.
Room temperature is {I} degrees.
Chapter {I}: {T}
Monday Tuesday Wednesday Thursday Friday
January {I}, February {I} and March {I}
The price fell from {M} to {M} on {W}.
Send your {P} to the Human Resources Department.
Purchase Order {I} from {O}, {C}
Sales Manager, {C}
Senior {J} ({C})
Das {P} ist am {W} fällig, teilte {O} mit.
Die Gesellschaft mit Sitz in {C} haftet nicht.
Le contrat est soumis au droit de {K}.
El pago vence el {D}.
({R}) the {T} of the {T};
({R}) {P}; and/({R}) {P}.
({R}) Federal Decree Law No. {I} of {D} on {T};/({R}) Cabinet Decision No. {I} of {D}
{T} Rulebook/Chapter {I} - {T}/Rule {I}.{I}
Rules {I}.{I} and {I}.{I} of the {T} Rulebook apply to an Authorised Person.
See Chapters {I}, {I} and {I} - {I} of this Rulebook.
Sections {I} - {I}, paragraphs ({R}) and ({R})
A Relevant Person must apply {P} in accordance with Rule {I}.{I}({R}).
A Fund Manager of a Public Fund must ensure that the {T} complies with {I}.
Guidance under section {I}({I}) of the {T} Act {D}
In this Policy, a {T} means {P}.
The {T} Authority may by notice waive Rule {I}.{I}.
The {T} Regulations {D} apply to {T} Business.
Principle {I} - {T}
Appendix {I} {T}
Schedule {I}: {T}
Annex {R} to the {T} Agreement
The Committee, the Council and the Regulator consult each {T}.
Anti-Money Laundering and {T} Reporting Officer
The Registrar, the Auditor and the Trustee must be told in writing.
Item 7. {T} and {T} of Financial Condition/Item 8. {T}
Consolidated Statements of {T}/(in millions, except per share amounts)
Net sales	{M}	{M}	{M}/Cost of sales	{I}	{I}	{I}/Gross margin	{I}%	{I}%
Notes {I} and {I} to the Consolidated {T} Statements
Fiscal {D} compared with Fiscal {D}
Form 10-K, Part II, Item {I}
Level {I} inputs include {P} and {P}.
{X}, {X} and {X} are trademarks of their owners.
{X} users may share {P} with {O}.
We collect {P}, {P} and Usage Data when you use {X}.
If you use our {T} Service, Google Analytics and Facebook may place cookies.
Windows, Android and {X} are supported.
Just look at the {P}.
Cool, the {P} works now.
May I have the {P}?
Could you send the {P}? Maybe next {W}.
God knows what {P} is.
Meeting Room {I}, Building {I}
Level {I}, North Wing
#{I} in the list of {P}
Number {I} of {I}
The top {I} {P} of {D}
{T} ({I}) is the best {P} of the year.
{T} is a {D} {P} film.
URGENT: {T} REQUIRED
Attached is the {T} for {W}. Let me know if you have questions.
Let's meet {W} at {I} in the {T} room.
FYI - the {T} deal closes in {C}.
ISDA Master Agreement/Deal Sheet/{T}
Subject: RE: {T}/{T} Team
Standard Operating Procedure/Title: {T}/SOP No. {I}/Effective Date: {D}
Responsible: {J}/Approved by: Head of {T}
Purpose/Scope/Definitions/Responsibilities/Procedure/References
CASE NO. {I}/UNITED STATES DISTRICT COURT/NORTHERN DISTRICT OF {C}
Plaintiff, v. Defendant./COMPLAINT/COUNT {R}
IN WITNESS WHEREOF, the Parties have executed this {T} Agreement.
Governing Law. This Agreement is governed by the laws of the State of {C}.
Lessor and Lessee agree that the {T} shall be {P}.
"""
