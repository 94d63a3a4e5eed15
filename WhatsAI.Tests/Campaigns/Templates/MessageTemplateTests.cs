using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Campaigns.Variants;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Later;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Tests.Contacts;
using static WhatsAI.Tests.Contacts.ContactSamples;

namespace WhatsAI.Tests.Campaigns.Templates;

public sealed class MessageTemplateTests
{
    private static readonly MediaReference _media = new("image/jpeg", 100, null);

    [Fact]
    public void Template_keeps_what_can_be_sent_to_anybody()
    {
        var template = Template([new Variant("A", "Oi {{contact.first_name|cliente}}")], new ImageBody(_media));

        template.BodyOf("Oi Ana").ShouldBe(new ImageBody(_media, "Oi Ana"));
        Template([new Variant("A", "Oi")], null).BodyOf("Oi").ShouldBe(new TextBody("Oi"));
    }

    [Fact]
    public void Text_is_held_to_the_length_of_what_it_goes_with()
    {
        var text = new string('x', MessageLimits.Caption + 1);

        Template([new Variant("A", text)], null).Variants.Used.Count.ShouldBe(1);
        KeyOf(() => Template([new Variant("A", text)], new ImageBody(_media))).ShouldBe("template.text-invalid");
    }

    [Fact]
    public void Words_that_came_with_the_file_do_not_go_out() =>
        Template([new Variant("A", "Oi")], new ImageBody(_media, "de outra conversa")).File.ShouldBe(new ImageBody(_media));

    [Fact]
    public void File_without_room_for_words_is_refused() =>
        KeyOf(() => Template([new Variant("A", "Oi")], new AudioBody(_media, Voice: true))).ShouldBe("template.file-invalid");

    [Fact]
    public void Proposed_wording_is_sent_once_a_person_approved_it()
    {
        var proposed = new Variant("B", "Olá", IsProposed: true);

        proposed.IsUsed.ShouldBeFalse();
        KeyOf(() => new VariantSet([proposed]).Checked()).ShouldBe("template.no-variant");
        new VariantSet([proposed with { ApprovedBy = new UserId(Guid.NewGuid()) }]).Checked().Used.Count.ShouldBe(1);
    }

    [Fact]
    public void Variants_differ_in_key_and_in_what_people_read()
    {
        KeyOf(() => new VariantSet([new Variant("A", "Oi"), new Variant("A", "Olá")]).Checked()).ShouldBe("template.variants-invalid");
        KeyOf(() => new VariantSet([new Variant("A", "Oi"), new Variant("B", " O\u200bI ")]).Checked()).ShouldBe("template.variants-alike");
        KeyOf(() => new VariantSet([new Variant("a", "Oi")]).Checked()).ShouldBe("template.variants-invalid");
        KeyOf(() => new VariantSet([new Variant("A", "Oi", 101)]).Checked()).ShouldBe("template.variants-invalid");
        KeyOf(() => new VariantSet([new Variant("A", "Oi", 0)]).Checked()).ShouldBe("template.no-variant");
        KeyOf(() => new VariantSet([.. Enumerable.Range(0, 21).Select(i => new Variant($"{(char)('A' + i)}", $"Oi {i}"))]).Checked())
            .ShouldBe("template.variants-invalid");
    }

    private static MessageTemplate Template(Variant[] variants, MessageBody? file) =>
        new(
            Id.New<TemplateId>(Now),
            ContactSamples.Tenant,
            "Tabela",
            new VariantSet(variants),
            file is null ? null : new ScheduledFile(new MediaId(Guid.NewGuid()), file),
            TemplateTextTests.Catalog,
            Now
        );
}
