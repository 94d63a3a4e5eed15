using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Demo;

/// <summary>What a distributor's people answer all day.</summary>
internal static class DemoCanned
{
    private static readonly (string Code, string? Folder, string Text)[] _company =
    [
        ("olá", "Atendimento", "Oi, {{contact.first_name|tudo bem}}! Aqui é {{agent.first_name}}, da {{company.name}}. Como posso ajudar?"),
        (
            "horário",
            "Atendimento",
            "Nosso atendimento é de segunda a sexta, das 8h às 18h, e sábado das 8h às 12h. Fora desse horário, deixe sua mensagem que respondemos assim que abrirmos."
        ),
        ("obrigado", "Atendimento", "Obrigado pelo contato, {{contact.first_name}}! Qualquer coisa é só chamar. 👋"),
        (
            "prazo-padrão",
            "Entrega",
            "Entregamos em até *2 dias úteis* na Grande São Paulo e em até *5 dias úteis* nas demais regiões, {{contact.first_name|contados do pedido}}."
        ),
        (
            "prazo-reposição",
            "Entrega",
            "{{contact.first_name}}, a reposição já foi separada e sai na próxima rota. Aviso você assim que o caminhão sair."
        ),
        ("rastreio", "Entrega", "Pode me passar o número do pedido, {{contact.first_name|por favor}}? Com ele consulto a entrega na hora."),
        ("boleto", "Financeiro", "Segue a segunda via do boleto. Depois do vencimento, ele ainda pode ser pago pelo Pix que está nele."),
        (
            "pix",
            "Financeiro",
            "O Pix da {{company.name}} é o CNPJ *12.345.678/0001-90*. Depois de pagar, mande o comprovante por aqui mesmo."
        ),
        (
            "pedido-mínimo",
            "Vendas",
            "Nosso pedido mínimo é de *R$ 300,00*, com frete grátis acima de R$ 800,00. Quer que eu mande a tabela atualizada?"
        ),
    ];

    private static readonly (string Code, string? Folder, string Text)[] _own =
    [
        ("já-volto", null, "{{contact.first_name|Oi}}, vou verificar com o estoque e já volto. É rapidinho!"),
        ("assinatura", null, "{{agent.name}}\n{{company.name}} · {{number.name}}"),
    ];

    public static IEnumerable<CannedResponse> Make(TenantId tenant, IEnumerable<UserId> people, DateTimeOffset now)
    {
        return
        [
            .. _company.Select(r => Of(CannedPlace.Tenant, r)),
            .. people.Distinct().SelectMany(p => _own.Select(r => Of(CannedPlace.Of(p), r))),
        ];

        CannedResponse Of(CannedPlace place, (string Code, string? Folder, string Text) response) =>
            new(Id.New<CannedResponseId>(now), tenant, place, response.Code, response.Folder, response.Text, now);
    }
}
