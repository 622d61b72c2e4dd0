// frostbyte malware rules, version 3
//
// Written for this program. kind, name, depth and top are explained in docs/malware-scan.md. What a document of the kinds taken in
// never needs is looked for: programs in it, what starts by itself, and the shapes of exploits of known families.

rule eicar_test_file {
  strings:
    $a = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
  condition:
    $a
}

// Programs

rule program_windows {
  strings:
    $mz = "MZ"
  condition:
    for any i in (1..#mz): (
      uint32(@mz[i] + 0x3c) < 0x1000 and uint32(@mz[i] + uint32(@mz[i] + 0x3c)) == 0x00004550 and
      uint16(@mz[i] + uint32(@mz[i] + 0x3c) + 6) < 97
    )
}

rule program_dos {
  condition:
    depth > 0 and kind != "pdf_objects" and uint16(0) == 0x5a4d and filesize > 64 and
    uint16(2) < 512 and uint16(8) >= 2 and uint16(8) < 0x1000 and uint16(0x18) >= 0x1c and uint16(0x18) <= 0x200
}

rule program_linux {
  strings:
    $elf = { 7f 45 4c 46 (01 | 02) (01 | 02) 01 ?? ?? ?? ?? ?? ?? ?? ?? ?? (01 | 02 | 03 | 04) 00 ?? ?? (01 00 00 00) }
    $elf_big = { 7f 45 4c 46 (01 | 02) 02 01 ?? ?? ?? ?? ?? ?? ?? ?? ?? 00 (01 | 02 | 03 | 04) ?? ?? (00 00 00 01) }
  condition:
    any of them
}

rule program_macos {
  strings:
    $thin = { (ce | cf) fa ed fe (07 | 0c | 12) 00 00 (00 | 01) ?? ?? 00 ?? (01 | 02 | 06 | 07 | 08 | 09) 00 00 00 ?? ?? 00 00 }
    $thin_big = { fe ed fa (ce | cf) (00 | 01) 00 00 (07 | 0c | 12) ?? 00 ?? ?? 00 00 00 (01 | 02 | 06 | 07 | 08 | 09) 00 00 ?? ?? }
    $fat = { ca fe ba be 00 00 00 (01 | 02 | 03 | 04) (00 | 01) 00 00 (07 | 0c | 12) }
  condition:
    any of them
}

rule program_java {
  condition:
    depth > 0 and uint32be(0) == 0xcafebabe and uint16be(6) >= 45 and uint16be(6) < 100 and uint16be(4) < 4
}

rule program_in_text_form {
  strings:
    $base64 = "This program cannot be run in DOS mode" base64 base64wide
    $hex = /4d5a[0-9a-f]{116,516}546869732070726f6772616d2063616e6e6f74/ nocase
  condition:
    any of them
}

rule program_by_name {
  condition:
    kind == "part" and depth > 0 and
    name matches /\.(exe|dll|scr|com|pif|cpl|msi|msp|sys|jar|lnk|hta|vbs|vbe|jse|wsf|wsh|wsc|sct|ps1|psm1|bat|cmd|reg|chm|application|appref-ms|settingcontent-ms|library-ms|search-ms|diagcab|iqy|slk)$/
}

rule program_in_package {
  strings:
    $name = /\.(exe|dll|scr|com|pif|cpl|msi|jar|lnk|hta|vbs|vbe|js|jse|wsf|wsh|wsc|sct|ps1|bat|cmd|reg|chm)\x00/ nocase
    $wide = /\.\x00(e\x00x\x00e|d\x00l\x00l|s\x00c\x00r|l\x00n\x00k|h\x00t\x00a|v\x00b\x00s|j\x00s|p\x00s\x001|b\x00a\x00t|c\x00m\x00d)\x00/ nocase
  condition:
    kind == "stream" and name == "\x01ole10native" and ($name in (0..1024) or $wide)
}

rule shortcut_windows {
  condition:
    depth > 0 and uint32(0) == 0x4c and uint32(4) == 0x00021401 and uint32be(12) == 0xc0000000
}

rule script_inside {
  strings:
    $shebang = /^#![ \t]{0,8}\/(usr\/|bin\/)[^\n]{0,100}\n/
    $powershell = /powershell(\.exe)?[^\r\n]{0,200}[ \t][-\/]e(nc|ncodedcommand|c)?[ \t]+[A-Za-z0-9+\/]{20}/ nocase
    $hidden = /powershell(\.exe)?[^\r\n]{0,200}(downloadstring|downloadfile|frombase64string|invoke-expression|\biex\b)/ nocase
    $wscript = /(createobject|activexobject)[ \t]{0,8}\([ \t]{0,8}["'](wscript\.shell|shell\.application|scripting\.filesystemobject|adodb\.stream|msxml2\.(server)?xmlhttp)/ nocase
    $hta = "<hta:application" nocase
    $scriptlet = /<script[^>]{0,100}language[ \t]{0,4}=[ \t]{0,4}["']?(vbscript|jscript)/ nocase
  condition:
    (kind == "stream" or kind == "macro" or (kind == "part" and not name endswith ".xml" and not name endswith ".rels") or
      (kind == "pdf_stream" and name == "embedded_file")) and
    ($shebang at 0 or any of ($powershell, $hidden, $wscript, $hta, $scriptlet))
}

// Macros

rule macro_reaches_out {
  strings:
    $shell = /\b(shell|shellexecute[aw]?|createprocess[aw]?|winexec|createthread|virtualalloc(ex)?|rtlmovememory|urldownloadtofile[aw]?|callbyname|enumwindows)\b[ \t]*(\(|"|lib\b|[a-z])/ nocase
    $object = /\b(createobject|getobject)[ \t]{0,8}\(/ nocase
    $wmi = "winmgmts:" nocase
    $environ = /\benviron\$?[ \t]{0,8}\(/ nocase
    $declare = /\bdeclare[ \t]+(ptrsafe[ \t]+)?(sub|function)\b[^\r\n]{1,200}\blib[ \t]+"(kernel32|ntdll|urlmon|shell32|advapi32|wininet|user32)/ nocase
  condition:
    kind == "macro" and any of them
}

rule macro_automatic {
  strings:
    $word = /\b(sub|function)[ \t]+(autoopen|autoclose|autoexec|autonew|autoexit|auto_open|auto_close|document_open|document_close|document_new|workbook_open|workbook_beforeclose|workbook_close|workbook_activate|workbook_sheetactivate|workbook_windowactivate|presentation_open)\b/ nocase
    $control = /\bsub[ \t]+\w{1,40}_(layout|painting|onconnecting|gotfocus|mousemove|mouseenter|resize|initialize|documentcomplete|beforenavigate2|progresschange|statustextchange|downloadbegin)\b/ nocase
  condition:
    kind == "macro" and ($word or $control and macro_reaches_out)
}

rule macro_automatic_compiled {
  strings:
    $name = /(autoopen|auto_open|autoexec|document_open|workbook_open|presentation_open)/ nocase
    $wide = "Document_Open" wide nocase
    $wide2 = "Workbook_Open" wide nocase
    $wide3 = "AutoOpen" wide nocase
    $wide4 = "Auto_Open" wide nocase
  condition:
    kind == "stream" and (name == "_vba_project" or name startswith "__srp_") and any of them
}

rule macro_excel4 {
  strings:
    $auto = /<definedName[^>]{0,200}name="(_xlnm\.)?auto_(open|close|activate)/ nocase
    $sheet = "/macrosheets/" nocase
    $call = /<f[^>]{0,100}>[^<]{0,200}\b(exec|call|register|fopen|fwriteln|urlmon|formula\.fill)\(/ nocase
    $biff = { 85 00 ?? 00 ?? ?? ?? ?? (00 | 01 | 02) 01 }
    $biff_auto = { 18 00 ?? 00 20 00 00 01 ?? 00 00 00 00 00 00 00 00 00 00 (01 | 02) }
  condition:
    kind == "part" and (name == "xl/workbook.xml" and $auto or name contains "macrosheets/" and $call or
      name == "xl/_rels/workbook.xml.rels" and $sheet and $auto) or
    kind == "stream" and (name == "workbook" or name == "book") and $biff and $biff_auto
}

// Data exchange with other programs, and what a document fetches when it is opened

rule dde_word {
  strings:
    $dde = /(^|[^\w])dde(auto)?[ \t]+["\\a-z]/ nocase
  condition:
    kind == "fields" and $dde
}

rule dde_workbook {
  strings:
    $service = /ddeService="[^"]{0,200}(cmd|powershell|pwsh|mshta|rundll32|regsvr32|wscript|cscript|msiexec|certutil|bitsadmin|explorer|msexcel|\.exe|[\\\/])[^"]{0,200}"/ nocase
    $formula = /<f[^>]{0,100}>[^<]{0,300}(cmd|powershell|pwsh|mshta|rundll32|regsvr32|wscript|cscript|msiexec|certutil|bitsadmin|msexcel)(\.exe)?(&apos;|&#39;|')?[ \t]{0,4}\|/ nocase
  condition:
    kind == "part" and any of them
}

rule dde_text {
  strings:
    $cell = /(^|[\r\n,;\t"' ])["']?[ \t]{0,4}[=+\-@][^\r\n]{0,200}\b(cmd|powershell|pwsh|mshta|rundll32|regsvr32|wscript|cscript|msiexec|certutil|bitsadmin|msexcel)(\.exe)?'?[ \t]{0,4}\|[ \t]{0,4}['"]/ nocase
    $call = /(^|[\r\n,;\t])["']?[=+\-@]dde[ \t]{0,4}\([ \t]{0,4}["']{1,2}(cmd|powershell|mshta|rundll32|regsvr32|msexcel)/ nocase
  condition:
    top == "text" and any of them
}

rule template_remote {
  strings:
    $a = /<Relationship\b[^>]{0,400}\/attachedTemplate"[^>]{0,100}Target="(https?:|ftp:|mhtml:|ms-|webdav|file:\/{2,3}(\\\\|%5c%5c|[^\/"%\\:]{2,100}[\/\\])|\\\\|\/\/)/ nocase
    $b = /<Relationship\b[^>]{0,100}Target="(https?:|ftp:|mhtml:|ms-|webdav|file:\/{2,3}(\\\\|%5c%5c|[^\/"%\\:]{2,100}[\/\\])|\\\\|\/\/)[^>]{0,400}\/attachedTemplate"/ nocase
  condition:
    kind == "part" and name endswith ".rels" and any of them
}

rule object_remote {
  strings:
    $a = /<Relationship\b[^>]{0,400}\/(oleObject|frame|subDocument|aFChunk|control|package|vbaProject|customUI|ui\/extensibility)"[^>]{0,100}Target="(https?:|ftp:|mhtml:|ms-|search-ms|script:|javascript:|\\\\|file:\/\/\\\\)/ nocase
    $b = /<Relationship\b[^>]{0,100}Target="(https?:|ftp:|mhtml:|ms-|search-ms|script:|javascript:|\\\\|file:\/\/\\\\)[^>]{0,400}\/(oleObject|frame|subDocument|aFChunk|control|package|vbaProject|customUI|ui\/extensibility)"/ nocase
    $mhtml = /Target="mhtml:/ nocase
    $usc = "!x-usc:" nocase
  condition:
    kind == "part" and name endswith ".rels" and any of them
}

// Exploits of known families in Office documents

rule exploit_msdt { // CVE-2022-30190
  strings:
    $a = /ms-msdt:[^\s"'<]{0,20}[\s"'\/\-]{1,10}id[^\r\n]{0,20}PCWDiagnostic/ nocase
    $b = "IT_BrowseForFile" nocase
    $c = "ms-msdt:" nocase
    $d = "location.href" nocase
    $e = /Target="(ms-msdt|search-ms|ms-officecmd|ms-search):/ nocase
  condition:
    depth > 0 and kind != "pdf_stream" and ($a and $b or $c and $d or $e) or kind == "file" and top == "text" and $c and $d and $b
}

rule exploit_equation { // CVE-2017-11882, CVE-2018-0802, CVE-2018-0798
  strings:
    $font = /\x1c\x00\x00\x00\x02\x00[\x00-\xff]{22}[\x01-\x03][\x00-\xff]{4}[\x00-\xff]{0,16}\x08[\x00-\xff]{2}[^\x00]{36}/
    $old = /^[\x01-\x03]\x01[\x00-\xff]{3}[\x00-\xff]{0,8}\x08\x5a\x5a[^\x00]{36}/
    $matrix = /\x1c\x00\x00\x00\x02\x00[\x00-\xff]{22}\x03[\x00-\xff]{4}[\x00-\xff]{0,12}\x05[\x00-\xff]{3}[\x40-\xff][\x40-\xff]/
  condition:
    kind == "stream" and name == "equation native" and any of them
}

rule exploit_equation_package {
  strings:
    $class = "0002ce02-0000-0000-c000-000000000046"
    $native = /stream [0-9a-f-]{36} \d{2,9} (\x01ole10native|[^\n]{0,30}\x01ole10)/
  condition:
    kind == "listing" and $class and $native
}

rule exploit_ole_class { // objects that documents of honest makers do not hold
  strings:
    $scriptlet = "06290bd3-48aa-11d2-8432-006008c3fbfc"
    $scriptlet2 = "ecabb0bd-7f19-11d2-978e-0000f8757e2a"
    $soap = "ecabafc6-7f19-11d2-978e-0000f8757e2a"
    $listview = "bdd1f04b-858b-11d1-b16a-00c0f0283628"
    $listview2 = "996bf5e0-8044-4650-adeb-0b013914e99c"
    $treeview = "c74190b6-8589-11d1-b16a-00c0f0283628"
    $toolbar = "1efb6596-857c-11d1-b16a-00c0f0283628"
    $flash = "d27cdb6e-ae6d-11cf-96b8-444553540000"
    $htmlfile = "25336920-03f9-11cf-8fd0-00aa00686f13"
    $otkloadr = "a08a033d-1a75-4ab6-a166-ead02f547959"
    $mmc = "00021700-0000-0000-c000-000000000046"
    $shellexplorer = "eab22ac3-30c1-11cf-a7eb-0000c05bae0b"
    $htafile = "3050f4d8-98b5-11cf-bb82-00aa00bdce0b"
  condition:
    kind == "listing" and any of them
}

rule exploit_activex_class {
  strings:
    $a = /ax:classid="\{(06290bd3-48aa-11d2-8432-006008c3fbfc|ecabafc6-7f19-11d2-978e-0000f8757e2a|bdd1f04b-858b-11d1-b16a-00c0f0283628|996bf5e0-8044-4650-adeb-0b013914e99c|c74190b6-8589-11d1-b16a-00c0f0283628|1efb6596-857c-11d1-b16a-00c0f0283628|d27cdb6e-ae6d-11cf-96b8-444553540000|25336920-03f9-11cf-8fd0-00aa00686f13)/ nocase
  condition:
    kind == "part" and $a
}

rule exploit_moniker { // CVE-2017-0199, CVE-2017-8570
  strings:
    $url = { e0 c9 ea 79 f9 ba ce 11 8c 82 00 aa 00 4b a9 0b }
    $http = "http" wide nocase
    $unc = { 5c 00 5c 00 }
    $scriptlet = { d3 0b 29 06 aa 48 d2 11 84 32 00 60 08 c3 fb fc }
    $soap = { c6 af ab ec 19 7f d2 11 97 8e 00 00 f8 75 7e 2a }
    $wsdl = "wsdl=" wide nocase
  condition:
    (kind == "stream" or kind == "part") and ($scriptlet or $soap or ($url and ($http or $unc) and name == "\x01ole") or $wsdl and $soap)
}

rule exploit_rtf {
  strings:
    $rtf = "{\\rt"
    $data = /\\obj(data|emb|autlink|html|ocx)/
    $update = "\\objupdate"
    $equation = "0002ce020000000000c000000000000046" nocase
    $equation2 = "02ce020000000000c000000000000046" nocase
    $equation3 = "4571756174696f6e2e3" nocase
    $moniker = "e0c9ea79f9bace118c8200aa004ba90b" nocase
    $package = "5061636b616765" nocase
  condition:
    $rtf in (0..16) and $data and ($update or $moniker or ($equation or $equation2 or $equation3) or depth > 0 and $package)
}

rule exploit_shellcode {
  strings:
    $sled = { 90 90 90 90 90 90 90 90 90 90 90 90 90 90 90 90 (e8 | e9 | eb | 31 | 33 | fc | 60) }
    $peb = { (64 a1 30 00 00 00 | 64 8b (0d | 15 | 1d | 35 | 3d) 30 00 00 00 | 64 8b ?? 30 8b ?? 0c) }
    $peb64 = { 65 48 8b (04 | 0c | 14 | 1c) 25 60 00 00 00 }
  condition:
    kind == "stream" and name != "workbook" and name != "worddocument" and name != "data" and ($sled and ($peb or $peb64))
}

// Actions of a PDF that start by themselves

rule pdf_script_automatic {
  strings:
    $script = /\/S[ \t\r\n\x00]{0,16}\/JavaScript\b/
    $js = /\/JS[ \t\r\n\x00]{0,16}(\(|<|\d)/
  condition:
    kind == "pdf_action" and (name == "open" or name == "page" or name == "document_script") and any of them
}

rule pdf_launch {
  strings:
    $launch = /\/S[ \t\r\n\x00]{0,16}\/Launch\b/
    $program = /\/(Win|Mac|Unix)[ \t\r\n\x00]{0,16}(<<|\d)/
    $shell = /\.(exe|com|bat|cmd|scr|pif|vbs|vbe|js|jse|wsf|hta|ps1|lnk|msi|jar|sh|app)\b/ nocase
  condition:
    kind == "pdf_action" and $launch and (name != "click" or $shell or $program)
}

rule pdf_fetch_automatic {
  strings:
    $remote = /\/S[ \t\r\n\x00]{0,16}\/(GoToR|GoToE|SubmitForm|ImportData|URI)\b/
    $target = /\((\\\\\\\\|file:\/\/|\\\\)[^)]{1,200}\)/
    $submit = /\/S[ \t\r\n\x00]{0,16}\/(SubmitForm|ImportData)\b/
  condition:
    kind == "pdf_action" and name != "click" and name != "document_script" and ($submit or $remote and $target)
}

// Exploits of known families in PDFs

rule exploit_pdf_script {
  strings:
    $icon = /collab[ \t\r\n]{0,8}(\.|\[['"])[ \t\r\n]{0,8}(getIcon|collectEmailInfo)/ nocase
    $player = "media.newPlayer" nocase
    $spell = /spell[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}customDictionaryOpen/ nocase
    $printf = /util[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}printf[ \t\r\n]{0,8}\([ \t\r\n]{0,8}["']%\d{4,}/ nocase
    $printd = /util[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}printd[ \t\r\n]{0,8}\([ \t\r\n]{0,8}["']p@1/ nocase
    $export = /exportDataObject[ \t\r\n]{0,8}\([^)]{0,400}nLaunch["']?[ \t\r\n]{0,8}:[ \t\r\n]{0,8}[12]/ nocase
    $spray = /unescape[ \t\r\n]{0,8}\([ \t\r\n]{0,8}["'](%u[0-9a-f]{4}){4}/ nocase
    $spray2 = /(%u(9090|0c0c|0d0d|0a0a|4141)){2}/ nocase
    $run = /app[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}launchURL[ \t\r\n]{0,8}\([ \t\r\n]{0,8}["'](file:|\\\\)/ nocase
    $submit = /submitForm[ \t\r\n]{0,8}\([^)]{0,80}\\\\/ nocase
    $shared = /(SOAP|Net\.HTTP)[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}(request|connect|streamDecode)[ \t\r\n]{0,8}\(/ nocase
    $stack = /ADBC[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}newConnection/ nocase
  condition:
    kind == "pdf_script" and any of them
}

rule exploit_pdf_objects {
  strings:
    $colors = /\/Colors[ \t\r\n\x00]{1,16}(\d{7,}|-\d)/ // CVE-2009-3459
    $matrix = /\/FontMatrix[ \t\r\n\x00]{0,16}\[[^\]]{0,200}\(/ // CVE-2024-4367
    $u3d_count = /\/U3D\b[^>]{0,200}\/JS\b/
  condition:
    kind == "pdf_objects" and any of them
}

rule exploit_xfa_tiff { // CVE-2010-0188
  strings:
    $image = /<image>[ \t\r\n]{0,16}SUkqA[A-Za-z0-9+\/]{5,200}(kJCQkJCQ|DAwMDAw|QUFBQUFB)/
    $field = "ImageField1"
    $tiff = "SUkqADggAA"
  condition:
    (kind == "pdf_stream" or kind == "pdf_objects") and ($image or $field and $tiff)
}

rule exploit_font_sing { // CVE-2010-2883: a unique name of 28 bytes without an end
  strings:
    $sing = "SING"
  condition:
    kind == "pdf_stream" and (uint32be(0) == 0x00010000 or uint32be(0) == 0x74727565 or uint32be(0) == 0x4f54544f) and
    for any i in (1..#sing): (
      @sing[i] < 1024 and uint32be(@sing[i] + 8) > 0 and uint32be(@sing[i] + 8) + 44 <= filesize and
      for all j in (0..27): (uint8(uint32be(@sing[i] + 8) + 16 + j) != 0)
    )
}

rule exploit_jbig2 { // CVE-2009-0658: a segment of a page that cannot be
  condition:
    kind == "pdf_stream" and name == "jbig2" and filesize > 16 and uint8(4) & 0x40 == 0x40 and
    uint8(5) & 0xe0 == 0 and uint32be(6) > 0x00ffffff
}

rule exploit_flash {
  strings:
    $a = { (43 | 46 | 5a) 57 53 (03 | 04 | 05 | 06 | 07 | 08 | 09 | 0a | 0b | 0c | 0d | 0e | 0f | 1? | 2? | 3?) }
  condition:
    depth > 0 and (kind == "stream" or kind == "part" or kind == "pdf_stream" and name == "embedded_file") and
    ($a at 0 and uint32(4) > 64 and uint32(4) < 0x04000000)
}

// What nobody could look into: `unopened` says why

rule encrypted_document {
  strings:
    $why = "encrypted"
  condition:
    kind == "unopened" and depth == 0 and $why at 0
}

rule encrypted_part {
  strings:
    $why = "encrypted"
  condition:
    kind == "unopened" and depth > 0 and $why at 0
}

rule archive_not_opened {
  strings:
    $why = "encrypted"
  condition:
    kind == "unopened" and not $why at 0
}
