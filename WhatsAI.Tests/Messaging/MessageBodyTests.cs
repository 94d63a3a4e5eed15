using System.Text.Json.Nodes;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Tests.Messaging;

public sealed class MessageBodyTests
{
    private static readonly MediaReference Media = new("image/jpeg", 48211, "a.jpg", new string('a', 64), 960, 1280, "{\"Id\":\"X\"}");

    public static TheoryData<MessageBody, string, string> Bodies =>
        new()
        {
            { new TextBody("olá <b>", new LinkPreview("https://x", "t", null)), "text", "olá <b>" },
            { new ImageBody(Media, "foto"), "image", "foto" },
            { new VideoBody(Media, null, 12, Round: true), "video", "" },
            { new AudioBody(Media, Voice: true, 4, [1, 2, 100]), "audio", "" },
            { new DocumentBody(Media, "segue", 2), "document", "a.jpg segue" },
            { new StickerBody(Media, Animated: true), "sticker", "" },
            { new LocationBody(-23.5, -46.6, "Sé", "São Paulo", Live: true), "location", "Sé São Paulo" },
            { new ContactsBody([new ContactCard("A", ["1"], "v"), new ContactCard("B", [])]), "contacts", "A, B" },
            { new PollBody("Qual?", ["a", "b"], 1), "poll", "Qual?" },
            { new ChoiceBody(MenuForm.List, "row-1", "Opção"), "choice", "Opção" },
            { new MenuBody(MenuForm.Buttons, "T", "D", "F", [new MenuOption("1", "Sim")]), "menu", "T D" },
            { new UnsupportedBody("orderMessage"), "unsupported", "" },
        };

    [Theory]
    [MemberData(nameof(Bodies), DisableDiscoveryEnumeration = true)]
    public void Body_written_and_read_is_the_same_and_its_discriminator_stands_first(MessageBody body, string kind, string plain)
    {
        var json = MessageBodyJson.Write(body);

        json.ShouldStartWith("{\"k\":\"" + kind + "\"");
        MessageBodyJson.Read(json).ShouldBeOfType(body.GetType());
        MessageBodyJson.Write(MessageBodyJson.Read(json)).ShouldBe(json);
        body.Plain.ShouldBe(plain);
    }

    [Fact]
    public void Body_whose_keys_were_sorted_by_the_database_is_still_read()
    {
        var json = JsonNode.Parse(MessageBodyJson.Write(new ImageBody(Media, "foto")))!.AsObject();
        var sorted = new JsonObject(json.Reverse().Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())));

        MessageBodyJson.Read(sorted.ToJsonString()).ShouldBe(new ImageBody(Media, "foto"));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"k\":\"hologram\"}")]
    public void Body_of_an_unknown_kind_reads_as_unsupported(string json) => MessageBodyJson.Read(json).ShouldBeOfType<UnsupportedBody>();
}
