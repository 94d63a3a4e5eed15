using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Demo;

/// <summary>Every kind of message and every fate of one, spread over the newest conversations.</summary>
internal sealed class DemoShowcase(DemoThread thread, DemoFiles files, UserId agent, Random random)
{
    public async Task AddAsync(int index, DateTimeOffset from, CancellationToken ct)
    {
        var at = DateTimeOffset.FromUnixTimeSeconds(from.ToUnixTimeSeconds());
        switch (index % 6)
        {
            case 0:
                await PictureAsync(at, ct);
                await VoiceAsync(at.AddMinutes(4), ct);
                Changed(at.AddMinutes(9));
                break;
            case 1:
                await DocumentAsync(at, ct);
                Place(at.AddMinutes(5));
                break;
            case 2:
                await FatesAsync(at, ct);
                break;
            case 3:
                Cards(at);
                Poll(at.AddMinutes(6));
                break;
            case 4:
                await ClipAsync(at, ct);
                break;
            default:
                Formatted(at);
                break;
        }
    }

    private async Task PictureAsync(DateTimeOffset at, CancellationToken ct)
    {
        var (media, picture) = await files.PictureAsync(ct);
        var shown = thread.In(at, new ImageBody(picture, "É esse aqui que eu preciso"), media);
        var answer = thread.Out(
            at.AddMinutes(2),
            agent,
            new TextBody("Esse mesmo, temos *120 caixas* no estoque 👌"),
            DeliveryState.Read,
            replyTo: shown.ProviderId
        );
        thread.React(answer, "❤️", ours: false);
        thread.React(shown, "👍", ours: true);
    }

    private async Task VoiceAsync(DateTimeOffset at, CancellationToken ct)
    {
        var seconds = 4 + random.Next(8);
        var (media, voice) = await files.VoiceAsync(seconds, ct);
        thread.In(at, new AudioBody(voice, Voice: true, seconds, files.Waveform()), media);
        var (ours, reply) = await files.VoiceAsync(3, ct);
        thread.Out(at.AddMinutes(1), agent, new AudioBody(reply, Voice: true, 3, files.Waveform()), DeliveryState.Played, ours);
    }

    private void Changed(DateTimeOffset at)
    {
        thread.Out(at, agent, new TextBody("A entrega fica para quinta, dia 3"), DeliveryState.Read, editedAt: at.AddMinutes(1));
        thread.In(at.AddMinutes(2), new TextBody(""), deletedAt: at.AddMinutes(3));
    }

    private async Task DocumentAsync(DateTimeOffset at, CancellationToken ct)
    {
        var (media, table) = await files.DocumentAsync("Tabela de preços.pdf", ct);
        thread.Out(at, agent, new DocumentBody(table, "Ofertas válidas até sexta", 1), DeliveryState.Delivered, media);
        var (slip, boleto) = await files.DocumentAsync("Boleto.pdf", ct);
        thread.Out(at.AddMinutes(2), agent, new DocumentBody(boleto, Pages: 1), DeliveryState.Read, slip);
    }

    private void Place(DateTimeOffset at) =>
        thread.In(at, new LocationBody(-23.5614, -46.6559, "Mercado São Jorge", "Av. Paulista, 1578, São Paulo"));

    private async Task FatesAsync(DateTimeOffset at, CancellationToken ct)
    {
        thread.Out(at, agent, new TextBody("Vou te mandar o comprovante"), DeliveryState.Sent);
        thread.Out(
            at.AddMinutes(2),
            agent,
            new TextBody("Segue o link do pedido: https://aurora.example/pedido"),
            DeliveryState.Failed,
            reason: "failed.rejected"
        );
        thread.Out(at.AddMinutes(3), agent, new TextBody("Conseguiu abrir?"), DeliveryState.Delivered);
        var (media, sticker) = await files.StickerAsync(ct);
        thread.In(at.AddMinutes(6), new StickerBody(sticker), media);
    }

    private void Cards(DateTimeOffset at) =>
        thread.In(
            at,
            new ContactsBody([
                new ContactCard("Rogério Motorista", ["+55 11 95550-0177"]),
                new ContactCard("Depósito", ["+55 11 95550-0178"]),
            ])
        );

    private void Poll(DateTimeOffset at) =>
        thread.Out(at, agent, new PollBody("Qual o melhor dia para a entrega?", ["Terça", "Quarta", "Quinta"], 1), DeliveryState.Read);

    private async Task ClipAsync(DateTimeOffset at, CancellationToken ct)
    {
        var (media, clip) = await files.ClipAsync(ct);
        thread.In(at, new VideoBody(clip, "Olha como chegou a carga", Seconds: 2), media);
        thread.In(at.AddMinutes(1), new ChoiceBody(MenuForm.List, "troca", "Quero trocar"));
        thread.In(at.AddMinutes(2), new UnsupportedBody("eventMessage"));
    }

    private void Formatted(DateTimeOffset at)
    {
        thread.Out(
            at,
            agent,
            new TextBody(
                "*Resumo do pedido*\n_Refrigerante 2 L_: 20 caixas\n~R$ 61,90~ R$ 58,40\n```NF 48213```\nDetalhes: https://aurora.example/nf"
            ),
            DeliveryState.Unconfirmed,
            reason: "unconfirmed.timed-out"
        );
        thread.In(at.AddMinutes(3), new TextBody("Recebi sim, obrigado! 🙏"));
    }
}
