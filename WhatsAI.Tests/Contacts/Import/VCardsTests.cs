using System.Text;
using FsCheck;
using FsCheck.Fluent;
using WhatsAI.Core.Contacts.Import;

namespace WhatsAI.Tests.Contacts.Import;

public sealed class VCardsTests
{
    [Fact]
    public void Card_of_2_1_with_quoted_printable_is_read()
    {
        var card = Read(
                """
                BEGIN:VCARD
                VERSION:2.1
                N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Concei=C3=A7=C3=A3o;Jos=
                =C3=A9;;Dr.
                TEL;CELL:(11) 95550-0142
                TEL;HOME;VOICE:1133334444
                END:VCARD
                """
            )
            .ShouldHaveSingleItem();

        card.Name.ShouldBe("Dr. José Conceição");
        card.Phones.ShouldBe(["(11) 95550-0142", "1133334444"]);
        card.Key.ShouldBeNull();
    }

    [Fact]
    public void Card_of_3_0_from_whatsapp_tells_its_own_number()
    {
        var card = Read(
                """
                BEGIN:VCARD
                VERSION:3.0
                N:Silva;Ana;;;
                FN:Ana \, a do 2\nº andar\; fundos
                item1.TEL;type=CELL;waid=551187654321:+55 11 98765-4321
                EMAIL;TYPE=INTERNET:ana@aurora.example
                ORG:Mercado São Jorge;Compras
                CATEGORIES:Ouro,Cliente\, novo
                BDAY:19800515
                PHOTO;ENCODING=b;TYPE=JPEG:AAAA
                 BBBBTEL:999
                 CCCC
                END:VCARD
                """
            )
            .ShouldHaveSingleItem();

        card.Name.ShouldBe("Ana , a do 2 º andar; fundos");
        card.Phones.ShouldBe(["+551187654321"]);
        card.Emails.ShouldBe(["ana@aurora.example"]);
        card.Organization.ShouldBe("Mercado São Jorge");
        card.Categories.ShouldBe(["Ouro", "Cliente, novo"]);
        card.Birthday.ShouldBe("1980-05-15");
    }

    [Fact]
    public void Card_of_4_0_has_addresses_for_numbers_and_long_lines_folded()
    {
        var card = Read(
                "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ana \r\n Maria\r\nTEL;VALUE=uri;TYPE=\"voice,cell\":tel:+55-11-95550-0142;ext=5\r\nEND:VCARD\r\n"
            )
            .Single();

        (card.Name, card.Phones.Single()).ShouldBe(("Ana Maria", "+55-11-95550-0142"));
    }

    [Fact]
    public void Card_within_a_card_is_somebody_elses() =>
        Read("BEGIN:VCARD\nFN:Ana\nAGENT:\nBEGIN:VCARD\nFN:Bia\nTEL:1\nEND:VCARD\nTEL:2\nEND:VCARD\nBEGIN:VCARD\nFN:Eva\nEND:VCARD")
            .Select(c => $"{c.Line} {c.Name} {string.Join(',', c.Phones)}")
            .ShouldBe(["1 Ana 2", "10 Eva "]);

    [Fact]
    public void Card_that_nothing_ends_is_said_so() => Read("BEGIN:VCARD\nFN:Ana\nTEL:1").Single().Key.ShouldBe("import.card-never-ends");

    [Fact]
    public void Name_is_made_of_its_parts_else_the_company() =>
        Read("BEGIN:VCARD\nN:Silva;Ana;;;\nEND:VCARD\nBEGIN:VCARD\nORG:Padaria\nTEL:1\nEND:VCARD")
            .Select(c => c.Name)
            .ShouldBe(["Ana Silva", "Padaria"]);

    [Fact]
    public void Picture_of_any_size_is_passed_over()
    {
        var cards = new VCards(ImportEncoding.EightBit);
        var found = cards.Read(Encoding.UTF8.GetBytes("BEGIN:VCARD\nFN:Ana\nPHOTO:" + new string('A', 70))).ToList();
        var line = Encoding.UTF8.GetBytes("\n " + new string('A', 74));
        for (var i = 0; i < 100_000; i++)
        {
            found.AddRange(cards.Read(line));
        }

        found.AddRange(cards.Read("\nTEL:1\nEND:VCARD\n"u8.ToArray()));
        found.AddRange(cards.End());

        found.ShouldHaveSingleItem().Phones.ShouldBe(["1"]);
    }

    [Fact]
    public void Numbers_and_words_of_one_card_are_bounded()
    {
        var card = Read(
                "BEGIN:VCARD\n"
                    + string.Concat(Enumerable.Range(0, 1_000).Select(i => $"TEL:{i}\nCATEGORIES:a{i},b{i}\nEMAIL:{i}\n"))
                    + "END:VCARD"
            )
            .Single();

        (card.Phones.Count, card.Emails.Count, card.Categories.Count).ShouldBe((20, 20, 50));
    }

    [Fact]
    public void Any_text_is_read_without_an_exception() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(500),
            Prop.ForAll(
                Gen.Elements(
                        "BEGIN:VCARD",
                        "END:VCARD",
                        "\n",
                        "\n ",
                        "TEL",
                        ";",
                        ":",
                        "=",
                        "=\n",
                        "ENCODING=QUOTED-PRINTABLE",
                        "=C3",
                        "=A",
                        "\\",
                        "FN",
                        "N",
                        ",",
                        "waid=",
                        "\"",
                        "x",
                        "\0",
                        "."
                    )
                    .ArrayOf()
                    .Select(string.Concat)
                    .ToArbitrary(),
                text => Read(text).Count.ShouldBeLessThanOrEqualTo(text.Split("BEGIN").Length)
            )
        );

    private static List<VCard> Read(string file)
    {
        var cards = new VCards(ImportEncoding.EightBit);
        return [.. Encoding.UTF8.GetBytes(file).Chunk(5).SelectMany(piece => cards.Read(piece).ToArray()), .. cards.End()];
    }
}
