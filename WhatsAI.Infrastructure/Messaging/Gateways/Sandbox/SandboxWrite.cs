using System.Text.Json.Nodes;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>What a customer (or the number's own phone) is to write.</summary>
public sealed record SandboxWrite
{
    /// <summary>The kinds <see cref="Kind"/> knows, besides edit and revoke, which change an earlier message.</summary>
    public static readonly IReadOnlyList<string> Kinds =
    [
        "text",
        "image",
        "video",
        "voice",
        "audio",
        "document",
        "sticker",
        "location",
        "live-location",
        "contact",
        "contacts",
        "poll",
        "reaction",
        "buttons-reply",
        "list-reply",
        "template-reply",
        "interactive-reply",
        "view-once",
        "ephemeral",
        "ad",
        "status",
        "unknown",
    ];

    public string Kind { get; init; } = "text";

    /// <summary>The customer's number, digits with country code.</summary>
    public string From { get; init; } = "5511977770001";

    public string? Name { get; init; }

    /// <summary>Text, caption, question, chosen option or emoji, as the kind asks. Of several copies each gets its number.</summary>
    public string? Text { get; init; }

    public int Count { get; init; } = 1;

    /// <summary>0 = all at once.</summary>
    public double RatePerSecond { get; init; }

    public SandboxAddressing Addressing { get; init; }

    /// <summary>Written into this group (…@g.us) instead of to the number alone.</summary>
    public string? Group { get; init; }

    /// <summary>The message that a reaction, an edit or a revocation is about; the chat's last one when absent.</summary>
    public string? Target { get; init; }

    /// <summary>Makes it an answer that quotes this message.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>Written on the number's own phone; <see cref="From"/> is then whom it goes to.</summary>
    public bool FromMe { get; init; }

    /// <summary>A fixed message id, to write the same message twice.</summary>
    public string? Id { get; init; }

    /// <summary>Unix seconds; now when absent. For messages that arrive late or out of order.</summary>
    public long? At { get; init; }

    public string? Base64 { get; init; }
    public string? MimeType { get; init; }
    public string? FileName { get; init; }

    internal SandboxContent ToContent(string text, string id, JsonObject? targetKey, SandboxRandom random, DateTimeOffset now)
    {
        SandboxContent File(string kind, SandboxMedia sample) => SandboxContent.File(kind, Own(sample), random, now);

        return Kind switch
        {
            "image" => File("image", SandboxSamples.Photo(id, Text)),
            "video" => File("video", SandboxSamples.Clip(Text)),
            "voice" => File("voice", SandboxSamples.Voice()),
            "audio" => File("audio", SandboxSamples.Voice()),
            "document" => File("document", SandboxSamples.Document(id, FileName, Text)),
            "sticker" => File("sticker", SandboxSamples.Sticker()),
            "location" => SandboxContent.Location(-23.5505, -46.6333, Text ?? "Praça da Sé", "São Paulo"),
            "live-location" => SandboxContent.Of(
                "liveLocationMessage",
                new JsonObject
                {
                    ["degreesLatitude"] = -23.55,
                    ["degreesLongitude"] = -46.63,
                    ["accuracyInMeters"] = 20,
                    ["sequenceNumber"] = SandboxJson.Long(now.ToUnixTimeSeconds(), unsigned: false),
                }
            ),
            "contact" => SandboxContent.Contacts([SandboxContent.Contact(Text ?? "Bruno", "+55 11 96666-0002")]),
            "contacts" => SandboxContent.Contacts([
                SandboxContent.Contact("Bruno", "+55 11 96666-0002"),
                SandboxContent.Contact("Carla", "+55 21 95555-0003"),
            ]),
            "poll" => SandboxContent.Poll(text, ["Segunda", "Terça"], 1),
            "reaction" => SandboxContent.Reaction(targetKey ?? new JsonObject { ["id"] = Target ?? id }, Text ?? "👍", now),
            "buttons-reply" => Chosen(
                "buttonsResponseMessage",
                new JsonObject
                {
                    ["selectedButtonId"] = "id-1",
                    ["selectedDisplayText"] = Text ?? "Sim",
                    ["type"] = 1,
                }
            ),
            "list-reply" => Chosen(
                "listResponseMessage",
                new JsonObject
                {
                    ["title"] = Text ?? "Opção 1",
                    ["listType"] = 1,
                    ["singleSelectReply"] = new JsonObject { ["selectedRowId"] = "row-1" },
                }
            ),
            "template-reply" => Chosen(
                "templateButtonReplyMessage",
                new JsonObject
                {
                    ["selectedId"] = "1",
                    ["selectedDisplayText"] = Text ?? "Confirmar",
                    ["selectedIndex"] = 0,
                }
            ),
            "interactive-reply" => Chosen(
                "interactiveResponseMessage",
                new JsonObject
                {
                    ["body"] = new JsonObject { ["text"] = Text ?? "Sim" },
                    ["nativeFlowResponseMessage"] = new JsonObject
                    {
                        ["name"] = "quick_reply",
                        ["paramsJson"] = "{\"id\":\"1\"}",
                        ["version"] = 1,
                    },
                }
            ),
            "view-once" => Wrapped("viewOnceMessageV2", File("image", SandboxSamples.Photo(id, Text)), viewOnce: true),
            "ephemeral" => Wrapped(
                "ephemeralMessage",
                SandboxContent.Of(
                    "extendedTextMessage",
                    new JsonObject
                    {
                        ["text"] = text,
                        ["contextInfo"] = new JsonObject
                        {
                            ["mentionedJid"] = new JsonArray(),
                            ["groupMentions"] = new JsonArray(),
                            ["expiration"] = 86400,
                        },
                    }
                )
            ),
            "ad" => SandboxContent.Text(text) with
            {
                Context = new JsonObject
                {
                    ["mentionedJid"] = new JsonArray(),
                    ["groupMentions"] = new JsonArray(),
                    ["conversionSource"] = "FB_Ads",
                    ["externalAdReply"] = new JsonObject
                    {
                        ["title"] = "Promo",
                        ["body"] = "50% off",
                        ["mediaType"] = 1,
                        ["sourceType"] = "ad",
                        ["sourceId"] = "120200000000000000",
                        ["sourceUrl"] = "https://fb.me/xyz",
                        ["showAdAttribution"] = true,
                        ["ctwaClid"] = "ARAkLkA8rmlFeiCktEJQ",
                    },
                },
            },
            "unknown" => SandboxContent.Of(
                "pollResultSnapshotMessage",
                new JsonObject { ["pollVotes"] = new JsonArray(), ["name"] = text }
            ),
            _ => SandboxContent.Text(text),
        };
    }

    private SandboxContent Chosen(string type, JsonObject inner)
    {
        var context = new JsonObject
        {
            ["mentionedJid"] = new JsonArray(),
            ["groupMentions"] = new JsonArray(),
            ["stanzaId"] = Target ?? ReplyTo ?? "3EB0AAA",
        };
        return SandboxContent.Of(type, inner) with { Context = context };
    }

    private static SandboxContent Wrapped(string type, SandboxContent inner, bool viewOnce = false)
    {
        if (viewOnce)
        {
            ((JsonObject)inner.Body[inner.Type]!)["viewOnce"] = true;
        }

        return SandboxContent.Of(type, new JsonObject { ["message"] = inner.Body }, inner.Media);
    }

    /// <summary>The caller's own file instead of the sample.</summary>
    private SandboxMedia Own(SandboxMedia sample) =>
        Base64 is null
            ? sample with
            {
                MimeType = MimeType ?? sample.MimeType,
                FileName = FileName ?? sample.FileName,
            }
            : new SandboxMedia(Convert.FromBase64String(Base64), MimeType ?? sample.MimeType, FileName ?? sample.FileName, sample.Caption);
}

public enum SandboxAddressing
{
    /// <summary>By phone number, the LID beside it.</summary>
    Pn,

    /// <summary>By LID, the phone number beside it.</summary>
    Lid,

    /// <summary>By LID alone: the phone number is unknown.</summary>
    LidOnly,
}
