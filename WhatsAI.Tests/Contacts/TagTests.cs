using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using static WhatsAI.Tests.Contacts.ContactSamples;

namespace WhatsAI.Tests.Contacts;

public sealed class TagTests
{
    [Fact]
    public void Tag_has_a_name_that_can_be_read_and_a_colour_of_the_design()
    {
        var tag = new Core.Contacts.Tag(Id.New<TagId>(Now), Tenant, " Cliente  Ouro ", 3, Now);

        (tag.Name, tag.FoldedName, tag.Colour).ShouldBe(("Cliente Ouro", "clienteouro", 3));
        KeyOf(() => tag.Change("\u200b", 1)).ShouldBe("tag.name-invalid");
        KeyOf(() => tag.Change(new string('x', 41), 1)).ShouldBe("tag.name-invalid");
        KeyOf(() => tag.Change("Ouro", 9)).ShouldBe("tag.colour-invalid");
    }

    [Fact]
    public void Cell_of_a_file_holds_several_once_each() =>
        Core.Contacts.Tag.Split("Ouro; prata,OURO | |novo\ncliente").ShouldBe(["Ouro", "prata", "novo", "cliente"]);
}
